internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Backward linear bounds: for each asked unit and side, multipliers for the leaf inequality and
/// the bound that they should give.
///
/// Upper slope `u/(u-l)`; lower slope 0 or 1, whichever cuts off less. All asked units of a layer
/// go through the layers below as one batch.
///
/// - Source: CROWN (arXiv 1811.00866), DeepPoly (POPL 2019).
struct BackwardBounds {
  /// One asked bound.
  struct Target: Hashable {
    let unit: Int
    let side: Side
  }

  let network: Network
  let domain: InputDomain
  let intervals: FloatIntervals

  /// The candidate leaf and the claimed bound of `s z` for each target in layer `k`.
  ///
  /// - Parameter phases: Units that are assumed to be on or off besides what intervals say.
  func leaves(
    layer k: Int, targets: [Target], phases: [UnitID: Phase] = [:]
  ) -> [(leaf: Leaf, claimedBound: Double)] {
    let layer = network.layers[k]
    var bounds = targets.map { $0.side.factor * layer.biases[$0.unit] }
    var units = [[Leaf.UnitMultiplier]](repeating: [], count: targets.count)
    var coefficients = BatchMatrix(
      rows: targets.map { target in
        layer.weights.row(target.unit).map { target.side.factor * $0 }
      }, columnCount: layer.inputCount)
    for below in stride(from: k - 1, through: 0, by: -1) {
      relax(
        &coefficients, layer: below, isTop: below == k - 1, phases: phases, bounds: &bounds,
        units: &units)
      coefficients = coefficients.combined(network.layers[below].weights)
    }
    addDomainMaximum(coefficients, to: &bounds)
    return zip(units, bounds).map { (Leaf(units: $0.reversed()), $1) }
  }

  /// Turns the coefficients of a layer's outputs into multipliers of its pre-activations.
  private func relax(
    _ coefficients: inout BatchMatrix, layer k: Int, isTop: Bool, phases: [UnitID: Phase],
    bounds: inout [Double], units: inout [[Leaf.UnitMultiplier]]
  ) {
    let layer = network.layers[k]
    let reliefs = (0..<layer.unitCount).map { relief(UnitID(layer: k, index: $0), phases) }
    for i in 0..<coefficients.rowCount {
      let largest = (0..<layer.unitCount).reduce(0) { max($0, abs(coefficients[i, $1])) }
      let grid = MultiplierGrid(largest: largest)
      for j in stride(from: layer.unitCount - 1, through: 0, by: -1) {
        let coefficient = coefficients[i, j]
        if coefficient == 0 { continue }
        var multiplier = coefficient
        switch reliefs[j] {
        case .linear:
          // The checker passes the coefficient on by itself; below the top, a short number
          // keeps its arithmetic in 128 bits.
          if !isTop && !isSmall {
            multiplier = grid.round(coefficient)
            units[i].append(.init(unit: UnitID(layer: k, index: j), value: Dyadic(multiplier)))
            bounds[i] += excess(coefficient - multiplier, UnitID(layer: k, index: j))
          }
        case .zero: multiplier = 0
        case .open(let lower, let upper):
          let slope =
            coefficient > 0 ? upper / (upper - lower) : (upper > -lower ? 1 : 0)
          multiplier = grid.round(coefficient * slope)
          if multiplier != 0 {
            units[i].append(.init(unit: UnitID(layer: k, index: j), value: Dyadic(multiplier)))
          }
          bounds[i] += max(
            0, (coefficient - multiplier) * upper, -multiplier * lower)
        }
        bounds[i] += multiplier * layer.biases[j]
        coefficients[i, j] = multiplier
      }
    }
  }

  /// True if the checker's big integers are fast enough, so that nothing need be rounded.
  private var isSmall: Bool { network.parameterCount <= MultiplierGrid.smallParameterCount }

  /// What rounding the multiplier of a linear unit costs.
  private func excess(_ difference: Double, _ unit: UnitID) -> Double {
    max(
      difference * intervals.lower[unit.layer][unit.index],
      difference * intervals.upper[unit.layer][unit.index])
  }

  /// How a unit enters a linear bound.
  private enum Relief {
    case linear
    case zero
    case open(lower: Double, upper: Double)
  }

  private func relief(_ unit: UnitID, _ phases: [UnitID: Phase]) -> Relief {
    if network.activation(of: unit) == .identity { return .linear }
    switch phases[unit] ?? intervals.phase(of: unit) {
    case .on: return .linear
    case .off, .zero: return .zero
    case nil:
      return .open(
        lower: intervals.lower[unit.layer][unit.index],
        upper: intervals.upper[unit.layer][unit.index])
    }
  }

  private func addDomainMaximum(_ coefficients: BatchMatrix, to bounds: inout [Double]) {
    for i in 0..<coefficients.rowCount {
      for t in 0..<coefficients.columnCount {
        let coefficient = coefficients[i, t]
        bounds[i] += coefficient * (coefficient > 0 ? domain.box.upper[t] : domain.box.lower[t])
      }
    }
  }
}

extension Side {
  /// The sign as a double.
  var factor: Double { self == .upper ? 1 : -1 }
}
