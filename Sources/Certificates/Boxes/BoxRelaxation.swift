internal import BigInt
internal import ExactArithmetic
internal import NeuralNetwork

/// The linear relaxation of one layer on one box: what standard multipliers make of coefficients.
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
  enum Kind {
    case identity, on, off
    /// Both signs: the upper slope times `2^16`, and whether the lower slope is 1.
    case open(slope: Int64, isSteep: Bool)
  }

  let layer: ExactLayer
  let kinds: [Kind]
  /// The intervals in integers, if they fit.
  let scaled: ScaledRanges?
  private let intervals: [Interval]

  init(_ layer: ExactLayer, _ intervals: [Interval]) {
    self.layer = layer
    self.intervals = intervals
    scaled = ScaledRanges(intervals, biases: layer.biases)
    kinds = zip(layer.layer.activations, intervals).map { activation, interval in
      if activation == .identity { return .identity }
      if interval.lower.signum >= 0 { return .on }
      if interval.upper.signum <= 0 { return .off }
      return .open(
        slope: Self.slope(interval), isSteep: interval.upper > -interval.lower)
    }
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

  /// The multipliers for coefficients of the layer's outputs, and what its units add to the bound,
  /// in numbers of any size.
  func relax(_ coefficients: ExactVector) -> (multipliers: ExactVector, term: Dyadic) {
    let wanted = kinds.indices.map { i in wantedMultiplier(coefficients[i], kinds[i]) }
    let top = wanted.filter { !$0.isZero }.map { $0.exponent + $0.bitCount }.max() ?? 0
    let grid = top - Self.multiplierBitCount
    let multipliers = wanted.map { $0.roundedTowardZero(toExponent: grid) }
    var term = Dyadic.zero
    for (i, multiplier) in multipliers.enumerated() {
      term += multiplier * layer.biases[i]
      term += LeafInequality.maximum(
        coefficient: coefficients[i], multiplier: multiplier, over: intervals[i],
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
}

extension Dyadic {
  /// The multiple of `2^target` that is nearest among those not larger in magnitude.
  fileprivate func roundedTowardZero(toExponent target: Int) -> Dyadic {
    if isZero || exponent >= target { return self }
    let magnitude = significand.magnitude >> (target - exponent)
    return Dyadic(BigInt(magnitude) * BigInt(signum), exponent: target)
  }
}
