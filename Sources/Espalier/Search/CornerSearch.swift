internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Looks for an input with the asked sign near the corners at which linear bounds are largest.
struct CornerSearch {
  /// The corners of a batch from which climbs start, and the steps of each.
  static let climbs = (count: 8, steps: 5)

  let state: ProofState
  let target: UnitID
  let side: Side
  let sampler: DomainSampler

  /// Replays the best corners of the active rows and climbs from the best of them.
  ///
  /// - Parameter onPoint: Gets the best input.
  /// - Returns: An input whose sign is confirmed exactly, if there is one.
  func search(_ batch: SlopeBatch, onPoint: ([Double]) -> Void) -> [Dyadic]? {
    if batch.activeCount == 0 { return nil }
    let network = state.network.network
    let values = batch.cornerValues()
    let order = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
    var points = BatchMatrix(
      rows: order.prefix(Self.climbs.count).map { sampler.admit(batch.corner(row: $0)) },
      columnCount: network.inputCount)
    var best: (value: Double, point: [Double])?
    let widths = sampler.widths
    for step in 0...Self.climbs.steps {
      let values = network.preactivations(of: points)
      let reached = values[target.layer]
      for i in 0..<points.rowCount {
        let value = side.factor * reached[i, target.index]
        if value > best?.value ?? -.infinity { best = (value, points.row(i)) }
      }
      if let best, best.value > 0, let point = confirmed(best.point) {
        onPoint(best.point)
        return point
      }
      if step < Self.climbs.steps { points = moved(points, values, widths, step: step) }
    }
    if let best { onPoint(best.point) }
    return nil
  }

  /// One projected step of every point along the signs of its gradient.
  private func moved(
    _ points: BatchMatrix, _ values: [BatchMatrix], _ widths: [Double], step: Int
  ) -> BatchMatrix {
    let gradients = state.network.network.gradients(
      layer: target.layer,
      targets: Array(repeating: (target.index, side.factor), count: points.rowCount),
      values: values)
    let share = 1 / Double(2 + step)
    let rows = (0..<points.rowCount).map { i in
      sampler.admit(
        widths.indices.map { t in
          let slope = gradients[i, t]
          let sign = slope == 0 ? 0 : slope > 0 ? 1.0 : -1
          return points[i, t] + sign * share * widths[t]
        })
    }
    return BatchMatrix(rows: rows, columnCount: points.columnCount)
  }

  private func confirmed(_ input: [Double]) -> [Dyadic]? {
    let point = input.map { Dyadic($0) }
    guard state.domain.violation(at: point) == nil else { return nil }
    let sign = state.network.signs(at: point)[target.layer][target.index]
    return sign == side.sign.signum ? point : nil
  }
}
