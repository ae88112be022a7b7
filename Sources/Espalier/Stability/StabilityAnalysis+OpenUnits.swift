internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Which units are open, and what settled the others.
extension StabilityAnalysis {
  /// The sides of the layer's ReLU units for which neither a proof nor a witness exists.
  func openSides(layer k: Int) -> [BackwardBounds.Target] {
    (0..<network.layers[k].unitCount).flatMap { j -> [BackwardBounds.Target] in
      let unit = UnitID(layer: k, index: j)
      guard isOpen(unit) else { return [] }
      return Side.allCases.filter { book.witness(of: unit, sign: $0 == .upper ? 1 : -1) == nil }
        .map { BackwardBounds.Target(unit: j, side: $0) }
    }
  }

  func isOpen(_ unit: UnitID) -> Bool {
    network.activation(of: unit) == .relu && state[unit].lower.signum < 0
      && state[unit].upper.signum > 0 && !book.isUnstable(unit)
  }

  /// True if the side that a query asks about is not settled.
  func isOpen(_ query: UnitQuery) -> Bool {
    isOpen(query.unit)
      && book.witness(of: query.unit, sign: query.side.sign.signum) == nil
  }

  func isFollowedByReluUnits(_ k: Int) -> Bool {
    network.layers[(k + 1)...].contains { $0.activations.contains(.relu) }
  }

  mutating func settle(_ stage: String, layer k: Int) {
    settle(layer: k, stable: stage, unstable: stage)
  }

  mutating func settle(layer k: Int, stable: String, unstable: String) {
    for j in 0..<network.layers[k].unitCount {
      let unit = UnitID(layer: k, index: j)
      guard network.activation(of: unit) == .relu && !isOpen(unit) else { continue }
      ledger.enter(unit, book.isUnstable(unit) ? unstable : stable)
    }
  }

  func report(_ k: Int, _ stage: String, unit: Int? = nil) {
    onProgress(progress(k, stage, unit: unit))
  }

  func progress(_ k: Int, _ stage: String, unit: Int? = nil) -> AnalysisProgress {
    AnalysisProgress(
      layer: k, lastLayer: network.layers.lastIndex { $0.activations.contains(.relu) } ?? 0,
      stage: stage, unit: unit,
      openCount: network.layers[k].activations.indices.count {
        isOpen(UnitID(layer: k, index: $0))
      },
      settled: ledger.counts, unitCount: network.reluUnits.count)
  }
}
