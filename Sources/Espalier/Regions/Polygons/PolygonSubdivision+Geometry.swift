internal import BigInt
public import ExactArithmetic
public import MILP

extension PolygonSubdivision {
  /// The exact area of a region in the parameters of the slice.
  public func area(of region: Int) -> Rational {
    let corners = regions[region].edges.map { vertices[$0.start] }
    var sum = Rational.zero
    for i in corners.indices.dropFirst(2) {
      sum += Self.triangleArea(corners[0], corners[i - 1], corners[i])
    }
    return sum
  }

  /// The area of a region as a double, for drawing only.
  public func approximateArea(of region: Int) -> Double {
    let corners = regions[region].edges.map { vertices[$0.start].approximation }
    var sum = 0.0
    for i in corners.indices.dropFirst(2) {
      let one = (corners[i - 1].x - corners[0].x, corners[i - 1].y - corners[0].y)
      let other = (corners[i].x - corners[0].x, corners[i].y - corners[0].y)
      sum += one.0 * other.1 - one.1 * other.0
    }
    return abs(sum) / 2
  }

  /// A point strictly inside a region, short enough to be an input in exact numbers.
  public func interiorPoint(of region: Int) -> (s: Dyadic, t: Dyadic) {
    let corners = regions[region].edges.map { vertices[$0.start] }
    let count = Rational(corners.count)
    let sums = corners.reduce((Rational.zero, Rational.zero)) {
      ($0.0 + Rational($1.x, $1.z), $0.1 + Rational($1.y, $1.z))
    }
    let (s, t) = (sums.0 / count, sums.1 / count)
    // The mean of the corners is inside, so that near enough to it everything is.
    var bits = 32
    while true {
      let point = (s: s.rounded(toFractionBits: bits), t: t.rounded(toFractionBits: bits))
      if isInside(IntegerTriple(point.s, point.t, .one), corners) { return point }
      bits *= 2
    }
  }

  private func isInside(_ point: IntegerTriple, _ corners: [IntegerTriple]) -> Bool {
    let signs = Set(
      corners.indices.map { i in
        corners[i].determinant(corners[(i + 1) % corners.count], point).signum()
      })
    return signs == [1] || signs == [-1]
  }

  private static func triangleArea(
    _ a: IntegerTriple, _ b: IntegerTriple, _ c: IntegerTriple
  ) -> Rational {
    let double = BigInt(sign: .plus, magnitude: a.determinant(b, c).magnitude)
    return Rational(double, 2 * a.z * b.z * c.z)
  }
}

extension IntegerTriple {
  /// The determinant of three points: positive if they go round counterclockwise.
  func determinant(_ second: IntegerTriple, _ third: IntegerTriple) -> BigInt {
    x * (second.y * third.z - second.z * third.y)
      - y * (second.x * third.z - second.z * third.x)
      + z * (second.x * third.y - second.y * third.x)
  }
}

extension Rational {
  /// The largest multiple of `2^-count` that is not above the number.
  fileprivate func rounded(toFractionBits count: Int) -> Dyadic {
    Dyadic(scaled(byPowerOfTwo: count).floor, exponent: -count)
  }
}
