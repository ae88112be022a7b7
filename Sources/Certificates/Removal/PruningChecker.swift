public import ExactArithmetic
internal import NeuralNetwork

/// Compares the written model with what the rewrites make of the model that was read.
struct PruningChecker {
  let pruning: Pruning
  let proved: ProofState
  let model: CheckedModel

  /// Throws the first difference.
  func check(result: CheckedModel?) throws(CheckFailure) {
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
    try check(result, equals: rounded)
    try checkDifference(working: working, rounded: rounded, result: result)
    try checkArgmax()
    guard result.outputMaps == model.outputMaps else {
      throw CheckFailure(
        .resultNetwork, at: "$.pruning.result", expected: "output maps \(model.outputMaps)",
        found: "\(result.outputMaps)")
    }
  }

  private func check(
    _ result: CheckedModel, equals rounded: Network
  ) throws(CheckFailure) {
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
  }

  private func checkDifference(
    working: WorkingNetwork, rounded: Network, result: CheckedModel
  ) throws(CheckFailure) {
    let differences = working.differences(to: rounded)
    try compare(
      differences.last ?? [], with: pruning.difference, .difference,
      at: "$.pruning.difference")
    guard let claimed = pruning.floatDifference else { return }
    let place = "$.pruning.floatDifference"
    guard model.plainLayerCount == model.network.layers.count,
      result.plainLayerCount == rounded.layers.count,
      let bounds = working.floatDifference(
        to: rounded, differences,
        before: FloatEvaluationBound(proved, plainLayerCount: model.plainLayerCount))
    else {
      throw CheckFailure(
        .floatDifference, at: place, expected: "null, because nothing is proved of such a runtime",
        found: "\(claimed)")
    }
    try compare(bounds, with: claimed, .floatDifference, at: place)
  }

  private func compare(
    _ bounds: [Dyadic], with claimed: [Dyadic], _ rule: CheckRule, at place: String
  ) throws(CheckFailure) {
    guard bounds.count == claimed.count, zip(bounds, claimed).allSatisfy({ $0 <= $1 }) else {
      throw CheckFailure(
        rule, at: place, expected: "one value per output, from \(bounds) on", found: "\(claimed)")
    }
  }

  private func checkArgmax() throws(CheckFailure) {
    guard let argmax = pruning.argmax else { return }
    let place = "$.pruning.argmax"
    let outputs = model.network.outputCount
    let last = model.network.layers.last
    guard argmax.outputClass < outputs, outputs > 1,
      last?.activations.allSatisfy({ $0 == .identity }) == true,
      argmax.leaves.count == outputs - 1
    else {
      throw CheckFailure(
        .argmax, at: place, expected: "one of several identity outputs, a leaf for each other one",
        found: "class \(argmax.outputClass) of \(outputs) with \(argmax.leaves.count) leaves")
    }
    let differences = pruning.floatDifference ?? pruning.difference
    let others = (0..<outputs).filter { $0 != argmax.outputClass }
    for (i, (output, leaf)) in zip(others, argmax.leaves).enumerated() {
      let leafPlace = "\(place).leaves[\(i)]"
      let lead = try proved.lead(
        of: output, over: argmax.outputClass, leaf: leaf, at: leafPlace)
      guard (lead + differences[output] + differences[argmax.outputClass]).signum < 0 else {
        throw CheckFailure(
          .argmax, at: leafPlace,
          expected: "a lead below -(\(differences[output]) + \(differences[argmax.outputClass]))",
          found: "\(lead)")
      }
    }
  }
}

extension ProofState {
  /// A bound on how far one output is above another one on the domain.
  public func lead(
    of output: Int, over other: Int, leaf: Leaf, at place: String
  ) throws(CheckFailure) -> Dyadic {
    guard leaf.claim == .one else {
      throw CheckFailure(
        .multiplier, at: "\(place).m", expected: "no multiplier of the claim",
        found: "\(leaf.claim)")
    }
    let factors = (0..<network.network.outputCount).map { index in
      index == output ? Dyadic.one : index == other ? Dyadic(-1) : .zero
    }
    return try bound(of: leaf, outputFactors: factors, at: place)
  }
}
