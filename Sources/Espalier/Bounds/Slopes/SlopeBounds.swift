internal import Certificates
internal import NeuralNetwork

/// Linear bounds with optimized slopes for many units of one layer at once.
struct SlopeBounds {
  /// The bounds that are worked on together at most.
  static let groupSize = 64
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
  /// How groups of targets are worked on; bounds do not depend on it.
  var concurrency = Concurrency.serial

  /// The candidate leaf and the claimed bound of `s z` for each target in layer `k`.
  ///
  /// - Parameter endsAtSign: True if a bound below 0 is good enough.
  func leaves(
    layer k: Int, targets: [BackwardBounds.Target], endsAtSign: Bool
  ) -> [(leaf: Leaf, claimedBound: Double)] {
    let slopes = SlopeNetwork(
      network: network, domain: domain, intervals: intervals, layer: k)
    let groups = targets.evenGroups(ofAtMost: Self.groupSize)
    return BLASKernel.concurrency(concurrency).map(count: groups.count) { i in
      leaves(groups[i], slopes, endsAtSign: endsAtSign)
    }.flatMap(\.self)
  }

  private func leaves(
    _ targets: ArraySlice<BackwardBounds.Target>, _ slopes: SlopeNetwork, endsAtSign: Bool
  ) -> [(leaf: Leaf, claimedBound: Double)] {
    let batch = SlopeBatch(network: slopes, capacity: targets.count)
    for (i, target) in targets.enumerated() {
      batch.add(number: i, objective: slopes.objective(unit: target.unit, side: target.side))
    }
    let width = targets.reduce(0) {
      max($0, intervals.width(UnitID(layer: slopes.layer, index: $1.unit)))
    }
    SlopeOptimizer(
      iterations: iterations, goal: endsAtSign ? -Self.margin * width : -.infinity,
      leastGain: Self.leastGain
    ).run(batch)
    return (0..<batch.rowCount).sorted { batch.numbers[$0] < batch.numbers[$1] }.map {
      (batch.leaf(row: $0, rounding: .toLargest, isSmall: isSmall), batch.bestBounds[$0])
    }
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
