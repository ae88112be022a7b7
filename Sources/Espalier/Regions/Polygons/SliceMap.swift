public import ExactArithmetic

/// The affine map of the outputs on a region, in the parameters of the slice, exactly.
public struct SliceMap: Hashable, Sendable {
  /// One output: `s · first + t · second + constant`.
  public struct Row: Hashable, Sendable {
    /// The factor of `s`.
    public let first: Dyadic
    /// The factor of `t`.
    public let second: Dyadic
    /// What is left at `s = t = 0`.
    public let constant: Dyadic

    /// The value at a point of the slice.
    public func value(s: Dyadic, t: Dyadic) -> Dyadic { first * s + second * t + constant }

    /// The difference of two outputs.
    static func - (left: Row, right: Row) -> Row {
      Row(
        first: left.first - right.first, second: left.second - right.second,
        constant: left.constant - right.constant)
    }

    /// The line on which the output is zero, positive where the output is; nil if it is zero
    /// everywhere.
    var line: IntegerTriple? {
      let line = IntegerTriple(first, second, constant)
      return line.isZero ? nil : line
    }
  }

  /// One row for each output.
  public let rows: [Row]

  /// The map whose forms are integers times `2^exponent`.
  init(_ forms: PlaneForms, exponent: Int) {
    rows = (0..<forms.count).map { i in
      let parts = (0..<3).map { Dyadic(forms.values[3 * i + $0], exponent: exponent) }
      return Row(first: parts[0], second: parts[1], constant: parts[2])
    }
  }
}
