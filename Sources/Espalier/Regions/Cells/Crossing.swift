/// Where a form is 0 on an edge at whose ends it has different signs for certain.
struct Crossing {
  /// How far along the edge, from 0 to 1.
  let share: Double
  /// How far that may be from the true share of the true edge.
  let doubt: Double
  private let endRadius: Double

  /// The crossing of an edge with the given values and radii at its ends.
  ///
  /// With values `a > 0 > -b` that may be off by `d` and `e`, the share `a / (a + b)` is off by at
  /// most `((1 - share) d + share e) / (a + b - d - e)`.
  init(
    _ values: (Double, Double), radii: (Double, Double), error: Double, norm: Double
  ) {
    let (start, end) = (values.0.magnitude, values.1.magnitude)
    let span = start + end
    share = start / span
    let doubts = (error + norm * radii.0, error + norm * radii.1)
    let shift = (doubts.0 * (1 - share) + doubts.1 * share) / (span - doubts.0 - doubts.1)
    doubt = shift * (1 + 0x1p-20) + 0x1p-49
    endRadius = max(radii.0, radii.1)
  }

  /// Places the crossing on the edge from vertex `p` to vertex `q`; returns its radius.
  ///
  /// The true crossing lies on the true edge, whose ends are within their radii; so it is as far
  /// from the place as the worse end, and as the share is off, times the length.
  func place(
    _ p: Int, _ q: Int, count: Int, in coordinates: [Double], dimension: Int,
    _ put: (Int, Double) -> Void
  ) -> Double {
    var length = 0.0
    var reach = 0.0
    for t in 0..<dimension {
      let start = coordinates[t * count + p]
      let step = coordinates[t * count + q] - start
      put(t, start + share * step)
      length = max(length, step.magnitude)
      reach = max(reach, start.magnitude + step.magnitude)
    }
    return endRadius + (length + 2 * endRadius) * doubt + reach * 0x1p-50
  }
}
