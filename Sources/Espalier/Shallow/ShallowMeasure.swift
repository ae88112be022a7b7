/// What random inputs say about the difference between two networks.
public struct ShallowMeasure: Hashable, Sendable {
  /// The quantile of the normal distribution for 95 %, both sides together.
  private static let quantile = 1.959964

  /// The inputs that were tried, uniform in the domain.
  public let pointCount: Int
  /// Those at which the networks differ.
  public let differingCount: Int
  /// The mean of the largest difference of an output, over the inputs where they differ; else 0.
  public let meanError: Double
  /// The largest difference of an output.
  public let largestError: Double

  /// The share of the domain where the networks differ, estimated.
  public var share: Double { Double(differingCount) / Double(pointCount) }

  /// The same as an interval that holds the true share in about 95 of 100 runs.
  ///
  /// - Source: Wilson, "Probable inference, the law of succession, and statistical inference",
  ///   1927.
  public var interval: (lower: Double, upper: Double) {
    let n = Double(pointCount)
    let square = Self.quantile * Self.quantile
    let center = (share + square / (2 * n)) / (1 + square / n)
    let radius =
      Self.quantile / (1 + square / n)
      * (share * (1 - share) / n + square / (4 * n * n)).squareRoot()
    return (max(0, center - radius), min(1, center + radius))
  }
}
