internal import ExactArithmetic
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
  /// - Returns: The intervals that the certificate proves.
  /// - Throws: `CheckFailure` naming the rule, the place, what was expected and what was found.
  @discardableResult
  public static func check(
    _ certificate: Certificate, model: CheckedModel, result: CheckedModel? = nil
  ) throws(CheckFailure) -> ProofState {
    try checkBinding(of: certificate, to: model)
    let network = ExactNetwork(model.network)
    try checkPoints(of: certificate, inputCount: model.network.inputCount)
    let proved = try replay(certificate.steps, network: network, domain: certificate.domain)
    try VerdictChecker(
      certificate: certificate, proved: proved, plainLayerCount: model.plainLayerCount
    ).check()
    if let pruning = certificate.pruning {
      try check(pruning, proved: proved, result: result)
      guard result?.outputMaps == model.outputMaps else {
        throw CheckFailure(
          .resultNetwork, at: "$.pruning.result", expected: "output maps \(model.outputMaps)",
          found: "\(result?.outputMaps ?? [])")
      }
    } else if result != nil {
      throw CheckFailure(
        .resultNetwork, at: "$.pruning", expected: "a pruning that yields the written model",
        found: "none")
    }
    return proved
  }

  /// The intervals that steps prove, layer by layer.
  ///
  /// - Throws: `CheckFailure` of the first step that does not hold.
  public static func replay(
    _ steps: [Step], network: ExactNetwork, domain: InputDomain
  ) throws(CheckFailure) -> ProofState {
    var state = ProofState(network: network, domain: domain)
    for (i, step) in steps.enumerated() {
      let place = "$.steps[\(i)]"
      guard step.unit.layer >= state.currentLayer, step.unit.layer < network.layers.count else {
        throw CheckFailure(
          step.unit.layer < state.currentLayer ? .stepOrder : .stepTarget, at: "\(place).unit",
          expected: "a unit of layer \(state.currentLayer) or of a later one",
          found: "\(step.unit)")
      }
      while state.currentLayer < step.unit.layer { state.openNextLayer() }
      try state.apply(step, at: place)
    }
    while !state.isComplete { state.openNextLayer() }
    return state
  }

  // MARK: Binding and domain

  private static func checkBinding(
    of certificate: Certificate, to model: CheckedModel
  ) throws(CheckFailure) {
    let claimed = certificate.model.files.map(\.sha256)
    let actual = model.files.map(\.sha256)
    guard claimed == actual else {
      throw CheckFailure(
        .modelDigest, at: "$.model.files", expected: "\(claimed.joined(separator: ", "))",
        found: "\(actual.joined(separator: ", ")), the digests of the files given")
    }
    let digest = model.network.digest
    guard certificate.model.networkDigest == digest else {
      throw CheckFailure(
        .networkDigest, at: "$.model.network", expected: certificate.model.networkDigest,
        found: "\(digest), the digest of the weights given")
    }
  }

  private static func checkPoints(
    of certificate: Certificate, inputCount: Int
  ) throws(CheckFailure) {
    let domain = certificate.domain
    guard domain.inputCount == inputCount else {
      throw CheckFailure(
        .domain, at: "$.domain", expected: "\(inputCount) inputs, as the network has",
        found: "\(domain.inputCount)")
    }
    for (i, point) in certificate.points.enumerated() {
      guard point.count == inputCount else {
        throw CheckFailure(
          .point, at: "$.points[\(i)]", expected: "\(inputCount) values", found: "\(point.count)")
      }
      if let violation = domain.violation(at: point) {
        throw CheckFailure(
          .point, at: "$.points[\(i)]", expected: "a point of the domain", found: violation)
      }
    }
    guard domain.isBox == (certificate.member == nil),
      certificate.member.map({ $0 < certificate.points.count }) ?? true
    else {
      throw CheckFailure(
        .member, at: "$.member",
        expected: domain.isBox ? "null, because a box is not empty" : "the index of a point",
        found: certificate.member.map(String.init) ?? "null")
    }
  }

  // MARK: Pruning

  private static func check(
    _ pruning: Pruning, proved: ProofState, result: CheckedModel?
  ) throws(CheckFailure) {
    var working = WorkingNetwork(proved)
    for (i, rewrite) in pruning.rewrites.enumerated() {
      try working.apply(rewrite, at: "$.pruning.rewrites[\(i)]")
    }
    guard working.kept == pruning.kept else {
      throw CheckFailure(
        .kept, at: "$.pruning.kept", expected: "the units that the rewrites leave",
        found: "another list")
    }
    let rounded = try working.rounded(at: "$.pruning")
    guard pruning.networkDigest == rounded.digest else {
      throw CheckFailure(
        .resultNetwork, at: "$.pruning.result.network", expected: rounded.digest,
        found: pruning.networkDigest)
    }
    guard let result else {
      throw CheckFailure(
        .resultDigest, at: "$.pruning.result", expected: "the written model, to compare",
        found: "no file given")
    }
    guard result.network == rounded else {
      throw CheckFailure(
        .resultNetwork, at: "$.pruning.result", expected: "the network that the rewrites yield",
        found: "another network in the file given")
    }
    guard result.files.map(\.sha256) == [pruning.file.sha256] else {
      throw CheckFailure(
        .resultDigest, at: "$.pruning.result.file", expected: pruning.file.sha256,
        found: result.files.map(\.sha256).joined(separator: ", "))
    }
    try checkDifference(pruning, working: working, rounded: rounded, box: proved.domain.box)
  }

  private static func checkDifference(
    _ pruning: Pruning, working: WorkingNetwork, rounded: Network, box: Box
  ) throws(CheckFailure) {
    let bounds = working.difference(to: rounded, over: box)
    guard bounds.count == pruning.difference.count,
      zip(bounds, pruning.difference).allSatisfy({ $0 <= $1 })
    else {
      throw CheckFailure(
        .difference, at: "$.pruning.difference",
        expected: "one value per output, from \(bounds) on", found: "\(pruning.difference)")
    }
  }
}
