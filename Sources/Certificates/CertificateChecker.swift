public import NeuralNetwork

/// A model as the checker sees it: its files and its network.
public struct CheckedModel: Sendable {
  /// Every file that was read.
  public let files: [FileDigest]
  /// The network that they hold.
  public let network: Network
  /// The maps that follow the network in the file, each with its attributes, in order.
  public let outputMaps: [String]
  /// The number of layers, from the first, that a runtime evaluates as one product and one bias
  /// per unit.
  public let plainLayerCount: Int

  /// A model from its parts; without a count, every layer is plain.
  public init(
    files: [FileDigest], network: Network, outputMaps: [String] = [], plainLayerCount: Int? = nil
  ) {
    self.files = files
    self.network = network
    self.outputMaps = outputMaps
    self.plainLayerCount = plainLayerCount ?? network.layers.count
  }
}

/// Says whether a certificate holds, by exact arithmetic alone.
///
/// There is no solver here, no floating-point decision and no tolerance: whoever believes this
/// target, `NeuralNetwork` and `ExactArithmetic` need not believe anything else.
public enum CertificateChecker {
  /// Accepts a certificate or throws the first reason not to.
  ///
  /// - Parameters:
  ///   - certificate: The certificate.
  ///   - model: The model that it speaks of.
  ///   - result: The model that was written; needed if and only if the certificate has a pruning.
  ///   - concurrency: How leaves are evaluated.
  /// - Returns: The intervals that the certificate proves, and what it says in numbers.
  /// - Throws: `CheckFailure` naming the rule, the place, what was expected and what was found.
  @discardableResult
  public static func check(
    _ certificate: Certificate, model: CheckedModel, result: CheckedModel? = nil,
    concurrency: Concurrency = .serial
  ) throws(CheckFailure) -> (proved: ProofState, summary: CheckSummary) {
    var run = try CheckRun(certificate.head, model: model, concurrency: concurrency)
    for (i, point) in certificate.points.enumerated() {
      try run.take(point, at: "$.points[\(i)]")
    }
    try run.checkMember(at: "$.member")
    if let boxes = certificate.boxes { try run.take(boxes, at: "$.boxes") }
    for (i, step) in certificate.steps.enumerated() {
      try run.take(step, at: "$.steps[\(i)]")
    }
    certificate.verdicts.forEach { run.take($0) }
    if let regions = certificate.regions { try run.take(regions, at: "$.regions") }
    if let pruning = certificate.pruning { run.take(pruning) }
    return try run.finish(result: result)
  }

  /// The intervals that steps prove, layer by layer.
  ///
  /// - Throws: `CheckFailure` of the first step that does not hold.
  public static func replay(
    _ steps: [Step], network: ExactNetwork, domain: InputDomain
  ) throws(CheckFailure) -> ProofState {
    var replay = StepReplay(ProofState(network: network, domain: domain))
    for (i, step) in steps.enumerated() { try replay.take(step, at: "$.steps[\(i)]") }
    return try replay.completed()
  }
}
