import Certificates
import ExactArithmetic
import NeuralNetwork

extension PruningForger {
  /// Forces a sum of units or another basis.
  ///
  /// False if no checker may accept it, nil if there was nothing to do. Whether the difference is
  /// large enough, `Truth` says.
  func forceSum(
    _ state: inout ForcedRewrite, _ position: Int, _ row: Int, _ random: inout RandomNetworks
  ) -> Bool? {
    switch Int.random(in: 0..<4, using: &random.generator) {
    case 0: return forceNewUnit(&state, position, row, &random)
    case 1: return forceBasis(&state, position, &random)
    default: return forceSubstitution(&state, position, row, &random)
    }
  }

  /// True if a unit is cut off somewhere and lets something through elsewhere; nil of new units.
  private func isBent(_ state: ForcedRewrite, _ position: Int, _ row: Int) -> Bool? {
    let unit = state.unit(position, row)
    guard isOld(unit) else { return nil }
    return state.network.layers[position].activations[row] == .relu
      && analyzed.scene.cells.range(of: unit).low.signum < 0
  }

  /// A few factors, among them the one that would be right if rows were multiples.
  private func factor(
    _ layer: Layer, _ row: Int, _ other: Int, _ random: inout RandomNetworks
  ) -> Double {
    let pairs = zip(layer.weights.row(row), layer.weights.row(other))
    let ratio = pairs.first { $0 != 0 && $1 != 0 }.map { $0 / $1 } ?? 1
    let factors = [ratio, abs(ratio), abs(ratio), 1, -1, 0.5]
    return factors.randomElement(using: &random.generator) ?? 1
  }

  private func forceSubstitution(
    _ state: inout ForcedRewrite, _ position: Int, _ row: Int, _ random: inout RandomNetworks
  ) -> Bool? {
    let layer = state.network.layers[position]
    let others = (0..<layer.unitCount).filter { $0 != row }
    let count = Int.random(in: 0...min(2, others.count), using: &random.generator)
    let chosen = others.shuffled(using: &random.generator).prefix(count).sorted()
    let terms = chosen.map { other in
      (row: other, value: factor(layer, row, other, &random))
    }
    // What makes the biases fit, as if all were linear, or nothing.
    let fitting = terms.reduce(layer.biases[row]) { $0 - $1.value * layer.biases[$1.row] }
    let constant = Bool.random(using: &random.generator) ? fitting : 0
    let bent = terms.filter { isBent(state, position, $0.row) == true }
    let isUnitBent = isBent(state, position, row) == true
    let isIdentity = layer.activations[row] == .identity
    guard state.substitute(position, row, terms, constant) else { return nil }
    if terms.isEmpty { return true }
    let isLinear = bent.isEmpty && !(isUnitBent && isIdentity)
    return isLinear || bent.count == 1 && bent[0].value > 0 && !isIdentity
  }

  private func forceNewUnit(
    _ state: inout ForcedRewrite, _ position: Int, _ row: Int, _ random: inout RandomNetworks
  ) -> Bool? {
    let unit = state.unit(position, row)
    let count = analyzed.scene.network.layers[unit.layer].unitCount
    guard unit.index < count, !state.kept[position].units.contains(where: { $0 >= count }) else {
      return nil
    }
    let low = analyzed.scene.cells.range(of: unit).low
    let fitting = -(low.numerator.approximation / low.denominator.approximation)
    let shifts = [fitting, 2 * fitting, 16, 0, fitting / 2]
    let shift = shifts.randomElement(using: &random.generator) ?? 16
    let isIdentity = state.network.layers[position].activations[row] == .identity
    guard state.addLinear(position, row, shift: shift, number: count) else { return nil }
    let isActive = Ratio(Dyadic(shift) * low.denominator + low.numerator).signum >= 0
    guard isIdentity || isActive, Bool.random(using: &random.generator) else {
      return isIdentity || isActive
    }
    // The unit by its cut-off twin: an opposite one, or nothing that fits.
    let layer = state.network.layers[position]
    let other = Int.random(in: 0..<layer.unitCount - 1, using: &random.generator)
    guard other != row else { return true }
    let ratio = abs(factor(layer, other, row, &random))
    let terms = [(row: row, value: ratio), (row: layer.unitCount - 1, value: -ratio)]
    return state.substitute(position, other, terms, ratio * shift) ? true : nil
  }

  private func forceBasis(
    _ state: inout ForcedRewrite, _ position: Int, _ random: inout RandomNetworks
  ) -> Bool? {
    let layer = state.network.layers[position]
    let next = state.network.layers[position + 1]
    let index = state.kept[position].layer
    let count = analyzed.scene.network.layers[index].unitCount
    guard !state.kept[position].units.contains(where: { $0 >= count }) else { return nil }
    let isLinearOnly = Bool.random(using: &random.generator)
    let rows = (0..<layer.unitCount).filter { row in
      isLinearOnly ? isBent(state, position, row) != true : Bool.random(using: &random.generator)
    }
    guard !rows.isEmpty else { return nil }
    let basis = (0..<next.unitCount).filter { _ in Bool.random(using: &random.generator) }
    var mix: [Int: [Double]] = [:]
    for i in 0..<next.unitCount where !basis.contains(i) {
      if Int.random(in: 0..<4, using: &random.generator) == 0 { continue }
      mix[i] = basis.map { _ in
        [2, 0.5, -1, 0].randomElement(using: &random.generator) ?? 0
      }
    }
    let shift = ([0, 8, 64, 512] as [Double]).randomElement(using: &random.generator) ?? 64
    let areLinear = rows.allSatisfy { isBent(state, position, $0) != true }
    let isDone = state.replace(
      position, rows, basis: basis, mix: mix, shift: shift, number: count)
    return isDone ? areLinear : nil
  }
}
