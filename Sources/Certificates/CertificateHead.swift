public import NeuralNetwork

/// What a certificate says first: what it is about.
public struct CertificateHead: Hashable, Sendable {
  /// The program that wrote the document; not checked.
  public let producer: String
  /// The model that the claims are about.
  public let model: ModelBinding
  /// The inputs on which the claims hold.
  public let domain: InputDomain
  /// The point that shows that a domain with rows or a ball is not empty.
  public let member: Int?

  /// A head from its parts.
  public init(producer: String, model: ModelBinding, domain: InputDomain, member: Int?) {
    self.producer = producer
    self.model = model
    self.domain = domain
    self.member = member
  }
}

extension Certificate {
  /// The head of this certificate.
  public var head: CertificateHead {
    CertificateHead(producer: producer, model: model, domain: domain, member: member)
  }
}
