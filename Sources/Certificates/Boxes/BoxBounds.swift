internal import BigInt
public import ExactArithmetic
public import NeuralNetwork

/// Bounds every unit of the first layers on one box, by rules that leave nothing to choose.
///
/// Layer by layer: intervals, and backward linear bounds for the units whose sign they leave open.
///
/// - Source: `docs/certificate-format.md`, section 16; CROWN (arXiv 1811.00866).
public struct BoxBounds: Sendable {
  let network: ExactNetwork
  let layerCount: Int

  /// Bounds for the first `layerCount` layers.
  public init(network: ExactNetwork, layerCount: Int) {
    self.network = network
    self.layerCount = layerCount
  }

  /// The proved interval of every unit on a box, one list per layer.
  ///
  /// - Precondition: `box` has one finite, ordered pair of ends per input.
  public func intervals(on box: Box) -> [[Interval]] {
    var layers: [[Interval]] = []
    var relaxations: [BoxRelaxation] = []
    let ends = ExactBox(box)
    for k in 0..<layerCount {
      var intervals = network.initialIntervals(layer: k, box: box, previous: layers.last ?? [])
      if k > 0 {
        for i in intervals.indices where isOpen(intervals[i], UnitID(layer: k, index: i)) {
          intervals[i] = tightened(intervals[i], UnitID(layer: k, index: i), relaxations, ends)
        }
      }
      layers.append(intervals)
      if k + 1 < layerCount {
        relaxations.append(BoxRelaxation(network.layers[k], intervals))
      }
    }
    return layers
  }

  private func isOpen(_ interval: Interval, _ unit: UnitID) -> Bool {
    network.network.activation(of: unit) == .identity
      || interval.lower.signum < 0 && interval.upper.signum > 0
  }

  private func tightened(
    _ interval: Interval, _ unit: UnitID, _ relaxations: [BoxRelaxation], _ box: ExactBox
  ) -> Interval {
    let bits = ExactNetwork.intervalBitCount
    let upper = bound(unit, .upper, relaxations, box).rounded(.up, toBitCount: bits)
    let lower = -bound(unit, .lower, relaxations, box).rounded(.up, toBitCount: bits)
    return Interval(max(interval.lower, lower), min(interval.upper, upper))
  }

  /// The bound `B` of the leaf with standard multipliers.
  private func bound(
    _ unit: UnitID, _ side: Side, _ relaxations: [BoxRelaxation], _ box: ExactBox
  ) -> Dyadic {
    let target = network.layers[unit.layer]
    var bound = side.sign * target.biases[unit.index]
    var coefficients = target.row(unit.index).scaled(by: side.sign)
    for k in relaxations.indices.reversed() {
      let (multipliers, term) = relaxations[k].relax(coefficients)
      bound += term
      coefficients = network.layers[k].combination(multipliers)
    }
    return bound + box.maximum(coefficients)
  }
}
