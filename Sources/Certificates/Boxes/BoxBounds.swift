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
    let widths = network.network.layers[..<layerCount].map { max($0.unitCount, $0.inputCount) }
    var row = BoxRow(width: widths.max() ?? 0)
    for k in 0..<layerCount {
      var intervals = network.initialIntervals(layer: k, box: box, previous: layers.last ?? [])
      if k > 0 {
        for i in intervals.indices {
          let unit = UnitID(layer: k, index: i)
          guard isOpen(intervals[i], unit) else { continue }
          intervals[i] = tightened(intervals[i], unit, relaxations, ends, &row)
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
    _ interval: Interval, _ unit: UnitID, _ relaxations: [BoxRelaxation], _ box: ExactBox,
    _ row: inout BoxRow
  ) -> Interval {
    let bits = ExactNetwork.intervalBitCount
    let upper = min(
      interval.upper, bound(unit, .upper, relaxations, box, &row).rounded(.up, toBitCount: bits))
    if upper.signum < 0 && network.network.activation(of: unit) == .relu {
      return Interval(interval.lower, upper)
    }
    let lower = -bound(unit, .lower, relaxations, box, &row).rounded(.up, toBitCount: bits)
    return Interval(max(interval.lower, lower), upper)
  }

  /// The bound `B` of the leaf with standard multipliers.
  private func bound(
    _ unit: UnitID, _ side: Side, _ relaxations: [BoxRelaxation], _ box: ExactBox,
    _ row: inout BoxRow
  ) -> Dyadic {
    let target = network.layers[unit.layer]
    let bias = side.sign * target.biases[unit.index]
    let weights = target.row(unit.index)
    if let passed = row.pass(weights, isNegated: side == .lower, through: relaxations) {
      return bias + passed.terms + box.maximum(ExactVector(passed.coefficients))
    }
    return bias + boundInAnyNumbers(weights.scaled(by: side.sign), relaxations, box)
  }

  /// The bound without the target's bias, in numbers of any size.
  func boundInAnyNumbers(
    _ weights: ExactVector, _ relaxations: [BoxRelaxation], _ box: ExactBox
  ) -> Dyadic {
    var bound = Dyadic.zero
    var coefficients = weights
    for relaxation in relaxations.reversed() {
      let (multipliers, term) = relaxation.relax(coefficients)
      bound += term
      coefficients = relaxation.layer.combination(multipliers)
    }
    return bound + box.maximum(coefficients)
  }
}
