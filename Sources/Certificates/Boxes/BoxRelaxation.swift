internal import BigInt
internal import ExactArithmetic
internal import NeuralNetwork

/// The linear relaxation of one layer on one box: what standard multipliers make of coefficients.
///
/// Integers of 128 and 256 bits where they hold the numbers, dyadic numbers behind them.
///
/// - Source: `docs/certificate-format.md`, section 16.
struct BoxRelaxation {
  /// The bits of a slope after the point.
  static let slopeBitCount = 16
  /// The bits of the largest multiplier.
  static let multiplierBitCount = 32
  /// The bits of what the layer adds to a bound.
  static let termBitCount = 64

  /// What a unit is on the box.
  private enum Kind {
    case identity, on, off
    /// Both signs: the upper slope times `2^16`, and whether the lower slope is 1.
    case open(slope: Int64, isSteep: Bool)
  }

  private let layer: ExactLayer
  private let ranges: LayerRanges
  private let kinds: [Kind]

  init(_ layer: ExactLayer, _ intervals: [Interval]) {
    self.layer = layer
    ranges = LayerRanges(intervals, biases: layer.biases)
    kinds = zip(layer.layer.activations, intervals).map { activation, interval in
      if activation == .identity { return .identity }
      if interval.lower.signum >= 0 { return .on }
      if interval.upper.signum <= 0 { return .off }
      return .open(
        slope: Self.slope(interval), isSteep: interval.upper > -interval.lower)
    }
  }

  /// The multipliers for coefficients of this layer's outputs, and what its units add to the bound.
  func relax(_ coefficients: ExactVector) -> (multipliers: ExactVector, term: Dyadic) {
    relaxInIntegers(coefficients) ?? relaxExactly(coefficients)
  }

  /// `⌊2^16 · high / (high - low)⌋`.
  private static func slope(_ interval: Interval) -> Int64 {
    let width = interval.upper - interval.lower
    let exponent = min(interval.upper.exponent, width.exponent)
    let quotient =
      (interval.upper.significand(atExponent: exponent) << slopeBitCount)
      / width.significand(atExponent: exponent)
    return Int64(quotient)
  }

  // MARK: Dyadic numbers

  /// The same as `relax`, in numbers of any size.
  func relaxExactly(_ coefficients: ExactVector) -> (multipliers: ExactVector, term: Dyadic) {
    let wanted = kinds.indices.map { i in wantedMultiplier(coefficients[i], kinds[i]) }
    let top = wanted.filter { !$0.isZero }.map { $0.exponent + $0.bitCount }.max() ?? 0
    let grid = top - Self.multiplierBitCount
    let multipliers = wanted.map { $0.roundedTowardZero(toExponent: grid) }
    var term = Dyadic.zero
    for (i, multiplier) in multipliers.enumerated() {
      term += multiplier * layer.biases[i]
      term += LeafInequality.maximum(
        coefficient: coefficients[i], multiplier: multiplier, over: ranges.intervals[i],
        activation: layer.layer.activations[i])
    }
    return (ExactVector(multipliers), term.rounded(.up, toBitCount: Self.termBitCount))
  }

  private func wantedMultiplier(_ coefficient: Dyadic, _ kind: Kind) -> Dyadic {
    switch kind {
    case .identity, .on: coefficient
    case .off: .zero
    case .open(let slope, let isSteep):
      if coefficient.signum > 0 {
        coefficient * Dyadic(BigInt(slope), exponent: -Self.slopeBitCount)
      } else {
        isSteep ? coefficient : .zero
      }
    }
  }

  // MARK: Integers

  /// The same as `relax`, or nil if the integers might not hold the numbers.
  func relaxInIntegers(
    _ coefficients: ExactVector
  ) -> (multipliers: ExactVector, term: Dyadic)? {
    guard let ranges = ranges.scaled, let coefficients = coefficients.scaled,
      coefficients.bitCount + Self.slopeBitCount <= 124,
      125 + ranges.bitCount + carryBits(3 * kinds.count) < WideAccumulator.capacity
    else { return nil }
    let (wanted, shift) = integerMultipliers(coefficients)
    var sum = WideAccumulator()
    for (i, kind) in kinds.enumerated() {
      let multiplier = wanted[i] << shift
      let slope = (coefficients.values[i] << Self.slopeBitCount) - multiplier
      switch kind {
      case .off: continue
      case .identity, .on:
        let low = WideProduct(slope, ranges.lower[i])
        var largest = max(low, WideProduct(slope, ranges.upper[i]))
        if ranges.lower[i] < 0 && ranges.upper[i] > 0 { largest = max(largest, .zero) }
        sum.add(largest)
      case .open:
        // A negative coefficient and its rounded multiplier add nothing: both ends are below 0.
        if coefficients.values[i] > 0 {
          let low = WideProduct(-multiplier, ranges.lower[i])
          sum.add(max(low, WideProduct(slope, ranges.upper[i])))
        }
      }
      if multiplier != 0 { sum.add(multiplier, times: ranges.biases[i]) }
    }
    let exponent = coefficients.exponent - Self.slopeBitCount
    return (
      ExactVector(ScaledVector(exponent: exponent + shift, values: wanted)),
      sum.roundedUp(toBitCount: Self.termBitCount, exponent: exponent + ranges.exponent)
    )
  }

  /// The multipliers as integers times `2^shift` in units of `2^-16` of the coefficients.
  private func integerMultipliers(_ coefficients: ScaledVector) -> ([Int128], shift: Int) {
    var wanted = [Int128](repeating: 0, count: kinds.count)
    var magnitudes: UInt128 = 0
    for (i, kind) in kinds.enumerated() {
      let coefficient = coefficients.values[i]
      switch kind {
      case .identity, .on: wanted[i] = coefficient << Self.slopeBitCount
      case .off: continue
      case .open(let slope, let isSteep):
        if coefficient > 0 {
          wanted[i] = coefficient * Int128(slope)
        } else if isSteep {
          wanted[i] = coefficient << Self.slopeBitCount
        }
      }
      magnitudes |= wanted[i].magnitude
    }
    let bitCount = 128 - magnitudes.leadingZeroBitCount
    let shift = max(0, bitCount - Self.multiplierBitCount)
    if shift > 0 {
      for i in wanted.indices {
        wanted[i] = wanted[i] < 0 ? -(-wanted[i] >> shift) : wanted[i] >> shift
      }
    }
    return (wanted, shift)
  }
}

extension Dyadic {
  /// The multiple of `2^target` that is nearest among those not larger in magnitude.
  fileprivate func roundedTowardZero(toExponent target: Int) -> Dyadic {
    if isZero || exponent >= target { return self }
    let magnitude = significand.magnitude >> (target - exponent)
    return Dyadic(BigInt(magnitude) * BigInt(signum), exponent: target)
  }
}
