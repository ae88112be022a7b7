/// Round numbers along an axis.
struct AxisTicks {
  /// The numbers, ascending.
  let values: [Double]
  /// The decimals that tell them apart.
  private let decimals: Int

  /// About `count` round numbers from `lower` to `upper`.
  ///
  /// - Precondition: `lower < upper`.
  init(from lower: Double, to upper: Double, count: Int = 6) {
    let wanted = (upper - lower) / Double(count)
    var power = 1.0
    var decimals = 0
    while power > wanted { (power, decimals) = (power / 10, decimals + 1) }
    while power * 10 <= wanted { (power, decimals) = (power * 10, decimals - 1) }
    let factor = [2.0, 5, 10].first { power * $0 >= wanted } ?? 10
    let step = power * factor
    self.decimals = max(0, factor == 10 ? decimals - 1 : decimals)
    let first = (lower / step - 1e-9).rounded(.up)
    let last = (upper / step + 1e-9).rounded(.down)
    values = first <= last ? (0...Int(last - first)).map { (first + Double($0)) * step } : []
  }

  /// The number at an index, as it is written.
  func label(_ i: Int) -> String {
    guard decimals < 8, abs(values[i]) < 1e9 else { return ShortNumber.text(values[i]) }
    return PictureNumber.text(values[i], decimals: decimals)
  }
}
