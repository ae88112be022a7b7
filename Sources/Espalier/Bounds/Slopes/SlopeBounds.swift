internal import Certificates
internal import NeuralNetwork

/// Linear bounds with optimized slopes for many units of one layer at once.
struct SlopeBounds {
  /// The bounds that are worked on together.
  static let batchSize = 128
  /// How far below 0 a claimed bound shall be, by the width of the target's interval: what single
  /// precision may cost.
  static let margin = 1e-6

  /// The gain of four iterations, by the size of the bounds, that is worth them.
  static let leastGain = 0.01

  let network: Network
  let domain: InputDomain
  let intervals: FloatIntervals
  /// The iterations at most.
  var iterations = 20

  /// The candidate leaf and the claimed bound of `s z` for each target in layer `k`.
  ///
  /// - Parameter endsAtSign: True if a bound below 0 is good enough.
  func leaves(
    layer k: Int, targets: [BackwardBounds.Target], endsAtSign: Bool
  ) -> [(leaf: Leaf, claimedBound: Double)] {
    let slopes = SlopeNetwork(
      network: network, domain: domain, intervals: intervals, layer: k)
    let batch = SlopeBatch(
      network: slopes, capacity: min(Self.batchSize, max(1, targets.count)))
    var results: [(leaf: Leaf, claimedBound: Double)] = []
    for start in stride(from: 0, to: targets.count, by: Self.batchSize) {
      let some = targets[start..<min(start + Self.batchSize, targets.count)]
      batch.reset()
      for (i, target) in some.enumerated() {
        batch.add(number: i, objective: slopes.objective(unit: target.unit, side: target.side))
      }
      let width = some.reduce(0) { max($0, intervals.width(UnitID(layer: k, index: $1.unit))) }
      SlopeOptimizer(
        iterations: iterations, goal: endsAtSign ? -Self.margin * width : -.infinity,
        leastGain: Self.leastGain
      ).run(batch)
      results += (0..<batch.rowCount).sorted { batch.numbers[$0] < batch.numbers[$1] }.map {
        (batch.leaf(row: $0, rounding: .toLargest, isSmall: isSmall), batch.bestBounds[$0])
      }
    }
    return results
  }

  /// True if the checker's big integers are fast enough, so that nothing need be rounded.
  private var isSmall: Bool { network.parameterCount <= MultiplierGrid.smallParameterCount }
}

extension FloatIntervals {
  /// The width of a unit's interval.
  func width(_ unit: UnitID) -> Double {
    upper[unit.layer][unit.index] - lower[unit.layer][unit.index]
  }
}
