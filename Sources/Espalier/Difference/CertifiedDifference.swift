public import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// The difference of a pair of models that `prune` made, read off its certificate.
///
/// The certificate is checked with both models; then the rewrite log is a proof that they are equal
/// over the reals but for the rounding of stored numbers, and `difference` bounds that. Nothing is
/// searched.
public struct CertifiedDifference {
  private let proved: ProofState
  private let first: CheckedModel
  private let second: CheckedModel
  private let differences: [Dyadic]
  /// True if the certificate proves that both answer one class everywhere.
  private let hasOneClass: Bool

  /// Checks the certificate with both models.
  ///
  /// - Throws: `CheckFailure` if it does not hold, or if it says nothing about a second model.
  public init(
    _ certificate: Certificate, first: CheckedModel, second: CheckedModel
  ) throws(CheckFailure) {
    guard let pruning = certificate.pruning else {
      throw CheckFailure(
        .resultNetwork, at: "$.pruning", expected: "a pruning that yields the second model",
        found: "none")
    }
    proved = try CertificateChecker.check(certificate, model: first, result: second).proved
    self.first = first
    self.second = second
    differences = pruning.difference
    hasOneClass = pruning.argmax != nil
  }

  /// The answers that the bounds alone give; one input of the domain is the only witness.
  public func result(options: DifferenceOptions) -> DifferenceResult {
    var bracket = DifferenceBracket(
      first: ExactNetwork(first.network), second: ExactNetwork(second.network),
      domain: proved.domain, options: options)
    bracket.enter(differences.map { Interval(-$0, $0) })
    bracket.source = .certificate
    if options.asksFloatNoise {
      var other = ProofState(network: ExactNetwork(second.network), domain: proved.domain)
      while !other.isComplete { other.openNextLayer() }
      bracket.enterNoise(
        FloatEvaluationBound(proved, plainLayerCount: first.plainLayerCount),
        FloatEvaluationBound(other, plainLayerCount: second.plainLayerCount))
    }
    let box = proved.domain.box
    let middle = zip(box.lower, box.upper).map { low, high in
      min(
        max(DoubleRounding.nearest(low + (high - low) / 2, in: first.network.scalarType), low), high
      )
    }
    bracket.confirm(middle.map { Dyadic($0) })
    let isSame = bracket.isZero || hasOneClass
    return bracket.result(
      argmax: options.asksArgmax ? (isSame ? .holds : .undecided) : nil, limit: nil)
  }
}
