internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Looks for an input with the asked sign near the corners at which linear bounds are largest.
///
/// Climbs are in single precision and through the units that bounds go through; exact numbers have
/// the last word.
struct CornerSearch {
  /// The corners of a batch from which climbs start, and the steps of each.
  static let climbs = (count: 8, steps: 5)

  let state: ProofState
  let target: UnitID
  let side: Side
  let sampler: DomainSampler

  /// Replays the best corners of the active rows and climbs from the best of them.
  ///
  /// - Parameters:
  ///   - objective: That of every row: `s z` of the target.
  ///   - onPoint: Gets the best input.
  /// - Returns: An input whose sign is confirmed exactly, if there is one.
  func search(
    _ batch: SlopeBatch, objective: SlopeNetwork.Objective, onPoint: ([Double]) -> Void
  ) -> [Dyadic]? {
    if batch.activeCount == 0 { return nil }
    let network = batch.network
    let corners = batch.corners
    let reached = network.outputs(of: corners, rowCount: batch.activeCount).last ?? corners
    let values = objective.values(reached, rowCount: batch.activeCount)
    let order = values.indices.sorted { (-values[$0], $0) < (-values[$1], $1) }
    var points = order.prefix(Self.climbs.count).map { sampler.admit(batch.corner(row: $0)) }
    var best: (value: Float, point: [Double])?
    for step in 0...Self.climbs.steps {
      let inputs = points.flatMap { $0.map { Float($0) } }
      let outputs = network.outputs(of: inputs, rowCount: points.count)
      var isBetter = false
      let values = objective.values(outputs.last ?? inputs, rowCount: points.count)
      for (i, value) in values.enumerated() where value > best?.value ?? -.infinity {
        best = (value, points[i])
        isBetter = true
      }
      if isBetter, let best, best.value > 0, let point = confirmed(best.point) {
        onPoint(best.point)
        return point
      }
      if step < Self.climbs.steps {
        let gradients = network.gradients(
          of: objective.coefficients, outputs: outputs, rowCount: points.count)
        points = moved(points, gradients, share: 1 / Double(2 + step))
      }
    }
    if let best { onPoint(best.point) }
    return nil
  }

  /// One projected step of every point along the signs of its gradient.
  private func moved(_ points: [[Double]], _ gradients: [Float], share: Double) -> [[Double]] {
    let widths = sampler.widths
    return points.enumerated().map { i, point in
      sampler.admit(
        widths.indices.map { t in
          let slope = gradients[i * widths.count + t]
          return slope == 0 ? point[t] : point[t] + (slope > 0 ? 1 : -1) * share * widths[t]
        })
    }
  }

  private func confirmed(_ input: [Double]) -> [Dyadic]? {
    let point = input.map { Dyadic($0) }
    guard state.domain.violation(at: point) == nil else { return nil }
    let sign = state.network.signs(at: point)[target.layer][target.index]
    return sign == side.sign.signum ? point : nil
  }
}
