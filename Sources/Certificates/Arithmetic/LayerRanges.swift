internal import ExactArithmetic
internal import NeuralNetwork

/// The intervals of one layer, final once the layers above are open.
struct LayerRanges: Sendable {
  let intervals: [Interval]
  /// The same in integers, if they fit.
  let scaled: ScaledRanges?
  /// The same in doubles, no narrower.
  let doubles: DoubleRanges?

  init(_ intervals: [Interval], biases: [Dyadic]) {
    self.intervals = intervals
    doubles = DoubleRanges(intervals)
    scaled = ScaledRanges(intervals, biases: biases)
  }
}

/// The intervals and biases of one layer as 128-bit integers times one power of two.
struct ScaledRanges: Sendable {
  let exponent: Int
  let lower: [Int128]
  let upper: [Int128]
  let biases: [Int128]
  /// The bits of the largest magnitude.
  let bitCount: Int

  init?(_ intervals: [Interval], biases: [Dyadic]) {
    let count = intervals.count
    guard let all = ScaledVector(intervals.map(\.lower) + intervals.map(\.upper) + biases) else {
      return nil
    }
    exponent = all.exponent
    lower = Array(all.values[..<count])
    upper = Array(all.values[count..<2 * count])
    self.biases = Array(all.values[(2 * count)...])
    bitCount = all.bitCount
  }
}

/// Intervals of one layer with ends that are doubles, rounded outward.
struct DoubleRanges: Sendable {
  private(set) var lower: [Double]
  private(set) var upper: [Double]
  /// The largest magnitude in each.
  let reach: [Double]

  /// The intervals, or nil if some end is too large or too small for a double.
  init?(_ intervals: [Interval]) {
    func double(_ end: Dyadic, _ direction: RoundingDirection) -> Double? {
      end.rounded(direction, toBitCount: ScalarType.float64.precision).exactly(in: .float64)
    }
    lower = intervals.compactMap { double($0.lower, .down) }
    upper = intervals.compactMap { double($0.upper, .up) }
    guard lower.count == intervals.count, upper.count == intervals.count else { return nil }
    reach = zip(lower, upper).map { max(abs($0), abs($1)) }
  }

  /// The intervals of layer `k` without what phases exclude.
  func cut(_ phases: [UnitID: Phase], layer k: Int) -> DoubleRanges {
    var ranges = self
    for (unit, phase) in phases where unit.layer == k {
      if phase != .on { ranges.upper[unit.index] = min(ranges.upper[unit.index], 0) }
      if phase != .off { ranges.lower[unit.index] = max(ranges.lower[unit.index], 0) }
    }
    return ranges
  }
}
