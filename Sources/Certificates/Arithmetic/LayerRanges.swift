internal import ExactArithmetic

/// The intervals of one layer, final once the layers above are open.
struct LayerRanges: Sendable {
  let intervals: [Interval]
  /// The same in integers, if they fit.
  let scaled: ScaledRanges?

  init(_ intervals: [Interval], biases: [Dyadic]) {
    self.intervals = intervals
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
