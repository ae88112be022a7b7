internal import ExactArithmetic
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
    try checkDifference(working: working, rounded: rounded)
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
    working: WorkingNetwork, rounded: Network
  ) throws(CheckFailure) {
    let bounds = working.difference(to: rounded, over: proved.domain.box)
    guard bounds.count == pruning.difference.count,
      zip(bounds, pruning.difference).allSatisfy({ $0 <= $1 })
    else {
      throw CheckFailure(
        .difference, at: "$.pruning.difference",
        expected: "one value per output, from \(bounds) on", found: "\(pruning.difference)")
    }
  }
}
