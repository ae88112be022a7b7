/// A color of even steps to the eye, as red, green and blue on a screen.
///
/// - Source: Björn Ottosson, "A perceptual color space for image processing", 2020 (OKLab).
struct LabColor {
  /// From 0, black, to 1, white.
  let lightness: Double
  /// From green to red.
  let redness: Double
  /// From blue to yellow.
  let yellowness: Double

  /// The color as `#rrggbb`.
  var hex: String {
    let long = lightness + 0.3963377774 * redness + 0.2158037573 * yellowness
    let middle = lightness - 0.1055613458 * redness - 0.0638541728 * yellowness
    let short = lightness - 0.0894841775 * redness - 1.2914855480 * yellowness
    let (l, m, s) = (long * long * long, middle * middle * middle, short * short * short)
    let channels = [
      4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
      -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
      -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s,
    ]
    return "#" + channels.map { Self.twoDigits(Self.encoded($0)) }.joined()
  }

  private static func twoDigits(_ value: Int) -> String {
    let text = String(value, radix: 16)
    return text.count == 1 ? "0" + text : text
  }

  /// A linear channel as a byte of sRGB.
  private static func encoded(_ channel: Double) -> Int {
    let value = min(1, max(0, channel))
    let encoded = value <= 0.0031308 ? 12.92 * value : 1.055 * twelfthRoot(value, 5) - 0.055
    return Int((min(1, encoded) * 255).rounded())
  }

  /// `value^(power/12)` for values from 0 to 1.
  private static func twelfthRoot(_ value: Double, _ power: Int) -> Double {
    let fourth = value.squareRoot().squareRoot()
    // Newton's steps for the cube root; sixty are more than enough from 1 downwards.
    var root = 1.0
    for _ in 0..<60 { root = (2 * root + fourth / (root * root)) / 3 }
    return (0..<power).reduce(1) { product, _ in product * root }
  }
}
