public import Certificates
public import ExactArithmetic
public import NeuralNetwork

/// What an analysis proved: everything of a certificate but the names of files.
public struct StabilityResult: Sendable {
  /// The intervals of every unit, proved by `steps`.
  public let proved: ProofState
  /// The boxes that cut initial intervals, if there are any.
  public let boxes: BoxProof?
  /// The steps that tighten intervals; empty if they were handed on as they were found.
  public let steps: [Step]
  /// How many steps there are.
  public let stepCount: Int
  /// One verdict per ReLU unit, in order.
  public let verdicts: [Verdict]
  /// The confirmed points that verdicts refer to.
  public let points: [[Dyadic]]
  /// The point that shows that a domain with rows or a ball is not empty.
  public let member: Int?

  /// The certificate of this result.
  ///
  /// - Precondition: The steps were not handed on.
  public func certificate(files: [FileDigest], producer: String) -> Certificate {
    precondition(steps.count == stepCount, "the steps were handed on as they were found")
    return Certificate(
      producer: producer,
      model: ModelBinding(files: files, networkDigest: proved.network.network.digest),
      domain: proved.domain, points: points, member: member, boxes: boxes, steps: steps,
      verdicts: verdicts)
  }
}

/// Why an analysis cannot start.
public enum AnalysisError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The domain has another number of inputs than the network.
  case inputCountMismatch(domain: Int, network: Int)
  /// No input meets box, rows and ball: proved by exact arithmetic.
  case emptyDomain
  /// No exact point of the domain was found, so nothing can be said about it.
  case noMemberFound

  public var description: String {
    switch self {
    case .inputCountMismatch(let domain, let network):
      "expected a domain of \(network) inputs, as the network has, found \(domain)"
    case .emptyDomain:
      "the domain is empty: no input within the box meets all rows (proved exactly)"
    case .noMemberFound:
      "no point of the domain could be found that meets all rows exactly in binary numbers; "
        + "widen the rows or the ball a little"
    }
  }
}
