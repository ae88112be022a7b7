internal import NeuralNetwork

extension BoxPass {
  /// Sums of a backward bound are in units of this power of two of those of the ends.
  private static let sumBitCount = 8
  /// The largest sum.
  private static let largestSum: UInt64 = 1 << 60

  /// The bound of one side of a unit, in units of its layer's ends: `sign · z ≤ bound`; nil if its
  /// sums are too large.
  ///
  /// - Precondition: The layers below have intervals and are relaxed.
  mutating func bound(_ unit: UnitID, _ side: Side) -> Int64? {
    let (k, i) = (unit.layer, unit.index)
    let place = network.places[k]
    let n = place.firstUnit + i
    backward.begin(network, place, unit: i, sign: side == .upper ? 1 : -1)
    var total =
      (side == .upper ? units.offsetsAbove[n] : -units.offsetsBelow[n]) << Int64(Self.sumBitCount)
    let unitExponent = units.exponents[k] - Self.sumBitCount
    guide?.begin()
    for j in stride(from: k - 1, through: 0, by: -1) {
      guard backward.chooseUnit(over: units.live[j], network) else { return Self.end(total) }
      let exponent = backward.exponent + backward.shift + units.exponents[j]
      let term = relax(j, exponent)
      guard Self.add(term, exponent - unitExponent, to: &total) else { return nil }
      backward.combine(network, network.places[j], live: units.live[j])
    }
    guard backward.chooseUnit(over: inputs, network) else { return Self.end(total) }
    let exponent = backward.exponent + backward.shift + widthExponent
    guard Self.add(inputTerm(exponent), exponent - unitExponent, to: &total) else { return nil }
    return Self.end(total)
  }

  /// What the inputs add, in units of the product of those of coefficients and widths.
  private mutating func inputTerm(_ exponent: Int) -> Int128 {
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    var term: Int128 = 0
    for t in inputs {
      let coefficient = backward.coefficient(t, network)
      if coefficient > 0 { term += Int128(coefficient * widths[t]) }
      guide?.add(Double(coefficient.magnitude) * Double(widths[t]) * scale, input: t)
    }
    return term
  }

  /// A total in units of the ends, rounded up.
  private static func end(_ total: Int64) -> Int64 { -(-total >> Int64(sumBitCount)) }

  /// Adds a term in units of a power of two; false if it or the sum is too large.
  private static func add(_ term: Int128, _ power: Int, to total: inout Int64) -> Bool {
    guard term == 0 || bitLength(term) + power <= 61 else { return false }
    let rounded = Int64(power >= 0 ? term << power : -(-term >> -power))
    total += rounded
    return rounded.magnitude <= largestSum && total.magnitude <= largestSum
  }

  /// Sets the multipliers of a layer; returns what the layer adds, in units of `2^exponent`, the
  /// product of those of coefficients and ends.
  private mutating func relax(_ j: Int, _ exponent: Int) -> Int128 {
    let scale = Double(sign: .plus, exponent: exponent, significand: 1)
    let firstUnit = network.places[j].firstUnit
    var term: Int128 = 0
    for i in units.live[j] {
      let n = firstUnit + i
      let coefficient = backward.coefficient(i, network)
      let multiplier: Int64
      switch units.kinds[n] {
      case .off: continue
      case .on: multiplier = coefficient
      case .flat, .steep:
        if coefficient > 0 {
          multiplier = (coefficient * units.slopes[n]) >> BoxUnits.slopeBitCount
          let slack = max(
            -multiplier * units.lower[n], (coefficient - multiplier) * units.upper[n])
          term += Int128(slack)
          guide?.add(Double(slack) * scale, unit: n)
        } else {
          multiplier = units.kinds[n] == .steep ? coefficient : 0
        }
      }
      backward.multipliers[i] = multiplier
      term += Int128(
        multiplier * (multiplier > 0 ? units.offsetsAbove[n] : units.offsetsBelow[n]))
    }
    return term
  }
}
