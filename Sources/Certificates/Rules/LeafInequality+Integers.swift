internal import ExactArithmetic
internal import NeuralNetwork

/// One layer of the leaf inequality in 128- and 256-bit integers.
extension LeafInequality {
  /// What `relax` gives, or nil if the integers might not hold it.
  func relaxInIntegers(
    layer k: Int, coefficients: ExactVector, given: Slice<UnitMultipliers>,
    phases: [UnitID: Phase]
  ) -> (multipliers: ExactVector, term: Dyadic)? {
    guard let ranges = ranges[k].scaled, let coefficients = coefficients.scaled else { return nil }
    let activations = network.layers[k].layer.activations
    var cuts = LayerCuts(ranges, activations: activations)
    for (unit, phase) in phases where unit.layer == k { cuts.cut(unit.index, to: phase) }
    guard
      let multipliers = integerMultipliers(
        given, coefficients: coefficients, isLinear: cuts.isLinear)
    else { return nil }
    let exponent = min(coefficients.exponent, multipliers.exponent)
    let shifts = (coefficients.exponent - exponent, multipliers.exponent - exponent)
    let bits =
      1 + max(coefficients.bitCount + shifts.0, multipliers.bitCount + shifts.1)
    guard bits <= 126,
      bits + ranges.bitCount + carryBits(2 * activations.count) < WideAccumulator.capacity
    else { return nil }
    var sum = WideAccumulator()
    for i in activations.indices {
      let multiplier = multipliers.values[i] << shifts.1
      let slope = (coefficients.values[i] << shifts.0) - multiplier
      let lower = cuts.lower[i]
      let upper = cuts.upper[i]
      let isIdentity = activations[i] == .identity
      let low =
        isIdentity || lower > 0 ? WideProduct(slope, lower) : WideProduct(-multiplier, lower)
      let high =
        isIdentity || upper > 0 ? WideProduct(slope, upper) : WideProduct(-multiplier, upper)
      var largest = max(low, high)
      if lower < 0 && upper > 0 { largest = max(largest, .zero) }
      sum.add(largest)
      if multiplier != 0 { sum.add(multiplier, times: ranges.biases[i]) }
    }
    return (ExactVector(multipliers), sum.value(exponent: exponent + ranges.exponent))
  }

  /// The multipliers of one layer: those given, the coefficients of other linear units, else 0.
  private func integerMultipliers(
    _ given: Slice<UnitMultipliers>, coefficients: ScaledVector, isLinear: [Bool]
  ) -> ScaledVector? {
    var parts: [(index: Int, significand: Int128, exponent: Int)] = []
    parts.reserveCapacity(given.count)
    for i in given.indices {
      guard let number = given.base.scaledValue(at: i) else { return nil }
      parts.append((given.base.unit(at: i).index, number.significand, number.exponent))
    }
    var isPassed = isLinear
    for part in parts { isPassed[part.index] = false }
    let passesOn = isPassed.indices.contains { isPassed[$0] && coefficients.values[$0] != 0 }
    var exponent = passesOn ? coefficients.exponent : Int.max
    for part in parts where part.significand != 0 { exponent = min(exponent, part.exponent) }
    if exponent == Int.max { exponent = 0 }
    var values = [Int128](repeating: 0, count: isLinear.count)
    if passesOn {
      let shift = coefficients.exponent - exponent
      guard coefficients.bitCount + shift <= 125 else { return nil }
      for i in values.indices where isPassed[i] { values[i] = coefficients.values[i] << shift }
    }
    for part in parts where part.significand != 0 {
      let shift = part.exponent - exponent
      guard bitLength(part.significand) + shift <= 125 else { return nil }
      values[part.index] = part.significand << shift
    }
    return ScaledVector(exponent: exponent, values: values)
  }
}

extension UnitMultipliers {
  /// The value at an index as an integer times a power of two, or nil if it has too many bits.
  fileprivate func scaledValue(at i: Int) -> (significand: Int128, exponent: Int)? {
    switch storage {
    case .packed(let list): return list[i].parts
    case .exact(let list):
      let value = list[i].value
      guard value.bitCount <= 125, let significand = value.narrowSignificand else { return nil }
      return (significand, value.exponent)
    }
  }
}

/// The ranges of one layer's units, some of them cut to an assumed phase.
private struct LayerCuts {
  var lower: [Int128]
  var upper: [Int128]
  /// True for units whose activation is linear on their range.
  var isLinear: [Bool]

  init(_ ranges: ScaledRanges, activations: [Activation]) {
    lower = ranges.lower
    upper = ranges.upper
    isLinear = zip(activations, ranges.lower).map { $0 == .identity || $1 >= 0 }
  }

  mutating func cut(_ i: Int, to phase: Phase) {
    switch phase {
    case .off: upper[i] = min(upper[i], 0)
    case .on:
      lower[i] = max(lower[i], 0)
      isLinear[i] = true
    case .zero:
      lower[i] = 0
      upper[i] = 0
      isLinear[i] = true
    }
  }
}
