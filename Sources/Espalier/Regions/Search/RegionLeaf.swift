internal import Certificates
internal import ExactArithmetic
internal import NeuralNetwork

/// Makes the multipliers of a leaf from those of a cell's constraints.
///
/// The constraint of a cut, `z ≥ 0` where the unit is on and `-z ≥ 0` where it is off, with the
/// multiplier `y` adds `y` to what the unit passes on if it is on, and `-y` to nothing if it is off.
/// All other units are left to the checker's default, which passes on what is linear on the cell.
struct RegionLeaf<Number: LeafNumber> {
  let network: PartNetwork
  let state: RegionState
  /// The multipliers of the cuts, at least 0.
  let weights: [UnitID: Number]
  /// What becomes of a multiplier that is written down; nil leaves it out.
  let written: (Number) -> Dyadic?
  /// The value of a multiplier once it is written down.
  let read: (Number) -> Number

  /// The multipliers for a row of the state's layer, whose own multiplier is `start`.
  func units(row i: Int, start: Number) -> [Leaf.UnitMultiplier] {
    var units: [Leaf.UnitMultiplier] = []
    var passed = [Number](repeating: .zero, count: network.layers[state.layer].rows.count)
    for k in stride(from: state.layer, through: 0, by: -1) {
      let layer = network.layers[k]
      var below = [Number](repeating: .zero, count: k == 0 ? 0 : layer.belowCount)
      for j in stride(from: layer.rows.count - 1, through: 0, by: -1) {
        let value =
          k == state.layer && j == i
          ? start : multiplier(of: layer.rows[j], passed: passed[j], in: k, &units)
        if value.isZero || k == 0 { continue }
        for t in below.indices {
          let weight = layer.weights[j * layer.belowCount + t]
          if weight != 0 { below[t] += value * Number(weight) }
        }
      }
      passed = below
    }
    return units.reversed()
  }

  /// The multiplier of a unit, which is written down if it is not the default.
  private func multiplier(
    of row: PartNetwork.Row, passed coefficient: Number, in k: Int,
    _ units: inout [Leaf.UnitMultiplier]
  ) -> Number {
    let phase = row.position.map { state.phases[$0] }
    let isLinear = phase?.isOn ?? true
    let passed = isLinear && k < state.layer ? coefficient : .zero
    if let weight = weights[row.unit] {
      let value = read(passed + (isLinear ? weight : -weight))
      if let number = written(value) { units.append(.init(unit: row.unit, value: number)) }
      return value
    }
    if phase == .zero, k < state.layer, !coefficient.isZero {
      // By default it would pass on what is 0 on the domain, but perhaps not all over the box.
      units.append(.init(unit: row.unit, value: .zero))
    }
    return passed
  }
}

/// The numbers that multipliers are computed with.
protocol LeafNumber {
  static var zero: Self { get }
  var isZero: Bool { get }
  init(_ value: Double)
  static func + (left: Self, right: Self) -> Self
  static func * (left: Self, right: Self) -> Self
  static func += (left: inout Self, right: Self)
  static prefix func - (number: Self) -> Self
}

extension Double: LeafNumber {}
extension Dyadic: LeafNumber {}
