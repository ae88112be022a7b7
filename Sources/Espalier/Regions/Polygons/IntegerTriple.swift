internal import BigInt
internal import ExactArithmetic

/// Three integers: the line `x s + y t + z = 0`, or the point `(x/z, y/z)` with `z > 0`.
///
/// The sign of a line at a point is the sign of their product `x x' + y y' + z z'`, and the point
/// on two lines is their cross product, so nothing here is ever divided. Numbers do not grow
/// while polygons are cut, because every corner lies on two lines that were given.
struct IntegerTriple: Hashable, Sendable {
  let x: BigInt
  let y: BigInt
  let z: BigInt
  /// The leading bits of the three, over one common power of two; off by less than one each.
  private let leading: SIMD4<Int64>
  /// The sum of the magnitudes of `leading`.
  private let size: Int64
  /// True if `leading` is the triple itself.
  private let isShort: Bool

  /// The number of leading bits: four products of two of them fit into 127 bits.
  private static let leadingBitCount = 60

  /// The triple without its common power of two.
  init(_ x: BigInt, _ y: BigInt, _ z: BigInt) {
    let zeros = [x, y, z].reduce(Int.max) { $1.isZero ? $0 : min($0, $1.trailingZeroBitCount) }
    let shift = zeros == Int.max ? 0 : zeros
    self.x = shift == 0 ? x : x >> shift
    self.y = shift == 0 ? y : y >> shift
    self.z = shift == 0 ? z : z >> shift
    let bits = max(
      self.x.magnitude.bitWidth, self.y.magnitude.bitWidth, self.z.magnitude.bitWidth)
    let excess = max(0, bits - Self.leadingBitCount)
    leading = SIMD4(
      self.x.leading(without: excess), self.y.leading(without: excess),
      self.z.leading(without: excess), 0)
    size = abs(leading.x) + abs(leading.y) + abs(leading.z)
    isShort = excess == 0
  }

  /// True if all three are zero.
  var isZero: Bool { x.isZero && y.isZero && z.isZero }

  /// The sign of the product with another triple: of a line at a point.
  ///
  /// The leading bits decide if the product is larger than what they leave out can make up.
  func sign(at other: IntegerTriple) -> Int {
    let product =
      leading.x.times(other.leading.x) + leading.y.times(other.leading.y)
      + leading.z.times(other.leading.z)
    if isShort && other.isShort { return Int(product.signum()) }
    // (a + ε)(b + δ) with |ε|, |δ| < 1 is off by less than |a| + |b| + 1, three times.
    if product.magnitude > UInt128(size) + UInt128(other.size) + 3 { return Int(product.signum()) }
    return Int((x * other.x + y * other.y + z * other.z).signum())
  }

  /// The point on two lines; nil if they do not meet in one point.
  func meeting(_ other: IntegerTriple) -> IntegerTriple? {
    let height = x * other.y - y * other.x
    guard !height.isZero else { return nil }
    let first = y * other.z - z * other.y
    let second = z * other.x - x * other.z
    return height.sign == .minus
      ? IntegerTriple(-first, -second, -height) : IntegerTriple(first, second, height)
  }

  /// The line seen from its other side.
  var negated: IntegerTriple { IntegerTriple(-x, -y, -z) }

  /// The point as doubles, for drawing only.
  var approximation: (x: Double, y: Double) {
    (Double(leading.x) / Double(leading.z), Double(leading.y) / Double(leading.z))
  }

  static func == (left: IntegerTriple, right: IntegerTriple) -> Bool {
    left.leading == right.leading && left.x == right.x && left.y == right.y && left.z == right.z
  }

  func hash(into hasher: inout Hasher) { hasher.combine(leading) }
}

extension BigInt {
  /// The integer without its lowest bits, towards zero.
  ///
  /// - Precondition: At most 63 bits are left.
  fileprivate func leading(without count: Int) -> Int64 {
    let top = Int64(count == 0 ? magnitude : magnitude >> count)
    return sign == .minus ? -top : top
  }
}

extension Int64 {
  /// The exact product.
  fileprivate func times(_ other: Int64) -> Int128 {
    let product = multipliedFullWidth(by: other)
    return Int128(product.high) << 64 | Int128(product.low)
  }
}

extension IntegerTriple {
  /// Three dyadic numbers over a common power of two.
  init(_ x: Dyadic, _ y: Dyadic, _ z: Dyadic) {
    let exponent = [x, y, z].reduce(Int.max) { $1.isZero ? $0 : min($0, $1.exponent) }
    let integers = [x, y, z].map { $0.isZero ? 0 : $0.significand(atExponent: exponent) }
    self.init(integers[0], integers[1], integers[2])
  }
}
