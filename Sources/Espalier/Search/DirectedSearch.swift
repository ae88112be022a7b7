internal import Certificates
internal import NeuralNetwork

/// Climbs towards the missing sign of many units at once: projected gradient steps on the
/// pre-activation, every visited input replayed on all units.
struct DirectedSearch {
  /// One climb: towards `z > 0` of a unit for `upper`, towards `z < 0` for `lower`.
  typealias Target = BackwardBounds.Target

  /// The most climbs that go on at the same time; larger batches only cost memory.
  static let batchSize = 256

  let network: Network
  let sampler: DomainSampler
  /// True if a climb ends where the sign is seen; otherwise all steps are taken.
  var endsAtSign = true

  /// Climbs from the best input of each target until its sign is seen or the steps are used up.
  ///
  /// - Parameter shouldStop: Asked before every step.
  func climb(
    layer k: Int, targets: [Target], steps: Int, pool: inout SamplePool,
    shouldStop: () -> Bool
  ) {
    for start in stride(from: 0, to: targets.count, by: Self.batchSize) {
      let batch = Array(targets[start..<min(start + Self.batchSize, targets.count)])
      climbBatch(layer: k, targets: batch, steps: steps, pool: &pool, shouldStop: shouldStop)
    }
  }

  private func climbBatch(
    layer k: Int, targets: [Target], steps: Int, pool: inout SamplePool,
    shouldStop: () -> Bool
  ) {
    var open = targets
    var positions = open.map { startingPoint(of: $0, layer: k, pool: pool) }
    var values = pool.add(BatchMatrix(rows: positions, columnCount: network.inputCount))
    let widths = sampler.widths
    for step in 0..<steps {
      let isOpen = open.indices.map { !endsAtSign || !isSeen(open[$0], layer: k, pool: pool) }
      let alive = open.indices.filter { isOpen[$0] }
      if alive.isEmpty || shouldStop() { return }
      let gradients = network.gradients(
        layer: k, targets: alive.map { (open[$0].unit, open[$0].side.factor) },
        values: values.map { $0.selecting(rows: alive) })
      // Wide steps first: on a whole box the first one goes to a corner.
      let share = 1 / Double(1 + step)
      let moved = alive.enumerated().map { row, i in
        let position = positions[i]
        return sampler.admit(
          position.indices.map { t in
            let slope = gradients[row, t]
            return slope == 0
              ? position[t] : position[t] + (slope > 0 ? 1 : -1) * share * widths[t]
          })
      }
      open = alive.map { open[$0] }
      positions = moved
      values = pool.add(BatchMatrix(rows: moved, columnCount: network.inputCount))
    }
  }

  private func startingPoint(of target: Target, layer k: Int, pool: SamplePool) -> [Double] {
    let extremes = pool[UnitID(layer: k, index: target.unit)]
    let number = target.side == .upper ? extremes.largestPoint : extremes.smallestPoint
    return pool.points[number] ?? sampler.member
  }

  private func isSeen(_ target: Target, layer k: Int, pool: SamplePool) -> Bool {
    let extremes = pool[UnitID(layer: k, index: target.unit)]
    return target.side == .upper ? extremes.largest > 0 : extremes.smallest < 0
  }
}

extension BatchMatrix {
  /// The given rows, in order.
  func selecting(rows: [Int]) -> BatchMatrix {
    BatchMatrix(rows: rows.map(row), columnCount: columnCount)
  }
}
