internal import ExactArithmetic
internal import NeuralNetwork

/// One backward pass with standard multipliers in machine integers, in memory that is used again.
///
/// It says the same as `BoxRelaxation.relax` layer by layer, or nothing where 128 and 256 bits might
/// not hold the numbers.
struct BoxRow {
  /// The coefficients of the outputs of the layer below, in units of a power of two.
  private var coefficients: [Int128]
  private var exponent = 0
  /// The multipliers of a layer before they are rounded, in units of `2^-16` of the coefficients.
  private var wanted: [Int128]
  /// The multipliers, in units of `2^shift` of these.
  private var multipliers: [Int64]

  /// Memory for layers of at most `width` units and inputs.
  init(width: Int) {
    coefficients = Array(repeating: 0, count: width)
    wanted = Array(repeating: 0, count: width)
    multipliers = Array(repeating: 0, count: width)
  }

  /// The sum of all terms of the bound but bias and box, and the coefficients of the inputs; nil if
  /// the integers might not hold them.
  mutating func pass(
    _ row: ExactVector, isNegated: Bool, through relaxations: [BoxRelaxation]
  ) -> (terms: Dyadic, coefficients: ScaledVector)? {
    guard let row = row.scaled else { return nil }
    for (j, value) in row.values.enumerated() { coefficients[j] = isNegated ? -value : value }
    exponent = row.exponent
    var terms = Dyadic.zero
    for relaxation in relaxations.reversed() {
      guard let term = descend(relaxation) else { return nil }
      terms += term
    }
    let count = relaxations.first?.layer.layer.inputCount ?? row.values.count
    return (terms, ScaledVector(exponent: exponent, values: Array(coefficients[..<count])))
  }

  /// Takes one layer: the term that its units add; `coefficients` are then those of its inputs.
  private mutating func descend(_ relaxation: BoxRelaxation) -> Dyadic? {
    guard let ranges = relaxation.scaled, let layer = relaxation.layer.scaled,
      let below = layer.combinedExponent(multiplierBitCount: BoxRelaxation.multiplierBitCount)
    else { return nil }
    let count = relaxation.kinds.count
    let size = coefficients[..<count].reduce(UInt128(0)) { $0 | $1.magnitude }
    guard 128 - size.leadingZeroBitCount + BoxRelaxation.slopeBitCount <= 124,
      125 + ranges.bitCount + carryBits(3 * count) < WideAccumulator.capacity
    else { return nil }
    let shift = want(relaxation.kinds)
    let term = term(of: relaxation.kinds, ranges, shift: shift)
    exponent += shift - BoxRelaxation.slopeBitCount
    let termExponent = exponent - shift + ranges.exponent
    exponent += below
    for j in 0..<layer.columnCount { coefficients[j] = 0 }
    multipliers.withUnsafeBufferPointer { multipliers in
      coefficients.withUnsafeMutableBufferPointer { sums in
        layer.combine(
          multipliers, into: UnsafeMutableBufferPointer(rebasing: sums[..<layer.columnCount]))
      }
    }
    return term.roundedUp(toBitCount: BoxRelaxation.termBitCount, exponent: termExponent)
  }

  /// Sets `wanted` and `multipliers`; returns the shift between them.
  private mutating func want(_ kinds: [BoxRelaxation.Kind]) -> Int {
    var size: UInt128 = 0
    for (i, kind) in kinds.enumerated() {
      let coefficient = coefficients[i]
      switch kind {
      case .identity, .on: wanted[i] = coefficient << BoxRelaxation.slopeBitCount
      case .off: wanted[i] = 0
      case .open(let slope, let isSteep):
        if coefficient > 0 {
          wanted[i] = coefficient &* Int128(slope)
        } else {
          wanted[i] = isSteep ? coefficient << BoxRelaxation.slopeBitCount : 0
        }
      }
      size |= wanted[i].magnitude
    }
    let shift = max(0, 128 - size.leadingZeroBitCount - BoxRelaxation.multiplierBitCount)
    for i in kinds.indices {
      let magnitude = Int64(truncatingIfNeeded: wanted[i].magnitude >> shift)
      multipliers[i] = wanted[i] < 0 ? -magnitude : magnitude
    }
    return shift
  }

  /// What the units add to the bound, in units of the product of both powers of two.
  private func term(
    of kinds: [BoxRelaxation.Kind], _ ranges: ScaledRanges, shift: Int
  ) -> WideAccumulator {
    var sum = WideAccumulator()
    for (i, kind) in kinds.enumerated() where multipliers[i] != 0 || coefficients[i] != 0 {
      let multiplier = Int128(multipliers[i]) << shift
      let slope = (coefficients[i] << BoxRelaxation.slopeBitCount) - multiplier
      switch kind {
      case .off: continue
      case .identity, .on:
        // What rounding took is small, but it is not nothing.
        if slope != 0 {
          var largest = max(
            WideProduct(slope, ranges.lower[i]), WideProduct(slope, ranges.upper[i]))
          if ranges.lower[i] < 0 && ranges.upper[i] > 0 { largest = max(largest, .zero) }
          sum.add(largest)
        }
      case .open:
        // A negative coefficient and its rounded multiplier add nothing: both ends are below 0.
        if coefficients[i] > 0 {
          sum.add(
            max(
              WideProduct(-multiplier, ranges.lower[i]), WideProduct(slope, ranges.upper[i])))
        }
      }
      if multiplier != 0 { sum.add(multiplier, times: ranges.biases[i]) }
    }
    return sum
  }
}
