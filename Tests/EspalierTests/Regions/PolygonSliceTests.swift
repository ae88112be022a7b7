import ExactArithmetic
import MILP
import NeuralNetwork
import TestSupport
import Testing

@testable import Certificates
@testable import Espalier

/// Slices, the polygons that domains leave of them, and what is refused.
@Suite struct PolygonSliceTests {
  private let square = Box(lower: -1, upper: 1, count: 2)

  private func plane() throws -> InputSlice { try InputSlice(inputs: 0, 1, at: [0, 0]) }

  @Test func rowsCutTheBox() throws {
    let domain = try InputDomain(
      box: square,
      rows: [
        LinearRow(
          terms: [.init(input: 0, coefficient: 1), .init(input: 1, coefficient: 1)], bound: 0.5)
      ])
    let polygon = try ConvexPolygon(plane(), in: domain)
    #expect(polygon.corners.count == 5)
    #expect(polygon.sides.contains { $0.source == .row(0) })
    #expect(polygon.corners.allSatisfy { domain.contains($0) })
  }

  @Test func ballsCutTheBox() throws {
    let domain = try InputDomain(box: square, ball: L1Ball(center: [0.25, 0], radius: 1))
    let polygon = try ConvexPolygon(plane(), in: domain)
    // The right tip of the ball is outside the box.
    #expect(polygon.corners.count == 5)
    #expect(polygon.sides.count { $0.source == .ball } == 4)
    #expect(polygon.corners.allSatisfy { domain.contains($0) })
  }

  @Test(arguments: 0..<30)
  func ballsInManyInputsLeaveExactlyTheirPart(seed: UInt64) throws {
    var generator = SplitMix64(seed: seed)
    let points = (0..<4).map { _ in
      (0..<5).map { _ in Double(Int.random(in: -8...8, using: &generator)) / 8 }
    }
    guard let slice = try? InputSlice(through: points[0], points[1], points[2]) else { return }
    let domain = try InputDomain(
      box: Box(lower: -2, upper: 2, count: 5), ball: L1Ball(center: points[0], radius: 2))
    let polygon = try ConvexPolygon(slice, in: domain)
    for corner in polygon.corners {
      let limits = SliceLimits(slice, domain)
      #expect(limits.face(of: try #require(domain.ball), towards: corner).sign(at: corner) >= 0)
    }
    // Points of the slice are in the polygon if and only if they are in the domain.
    for _ in 0..<100 {
      let s = Dyadic(Double(Int.random(in: -32...32, using: &generator)) / 16)
      let t = Dyadic(Double(Int.random(in: -32...32, using: &generator)) / 16)
      let point = IntegerTriple(s, t, .one)
      let isInside = polygon.sides.allSatisfy { $0.line.sign(at: point) >= 0 }
      let violation = domain.violation(at: slice.input(at: (s: s, t: t)))
      #expect(isInside == (violation == nil))
    }
  }

  @Test func planesGoThroughTheirPoints() throws {
    let points: [[Double]] = [[0, 0.5, 1], [1, 0.5, 0.25], [0.25, 0.75, 0]]
    let slice = try InputSlice(through: points[0], points[1], points[2])
    let parameters: [(s: Dyadic, t: Dyadic)] = [(.zero, .zero), (.one, .zero), (.zero, .one)]
    for (point, parameter) in zip(points, parameters) {
      #expect(slice.input(at: parameter) == point.map { Dyadic($0) })
    }
  }

  @Test func slicesThatAreNoneAreRefused() throws {
    #expect(throws: SliceError.tooFewInputs(1)) { try InputSlice(inputs: 0, 1, at: [0]) }
    #expect(throws: SliceError.sameInput(1)) { try InputSlice(inputs: 1, 1, at: [0, 0]) }
    #expect(throws: SliceError.noSuchInput(2, count: 2)) {
      try InputSlice(inputs: 0, 2, at: [0, 0])
    }
    #expect(throws: SliceError.collinear) {
      try InputSlice(through: [0, 0], [1, 0.5], [2, 1])
    }
    #expect(throws: SliceError.lengthMismatch(expected: 2, found: 3)) {
      try InputSlice(through: [0, 0], [1, 0, 0], [2, 1])
    }
  }

  @Test func slicesThatMissTheDomainAreRefused() throws {
    let slice = try InputSlice(inputs: 0, 2, at: [0, 5, 0])
    #expect(throws: SliceError.outsideDomain(input: 1, value: 5, lower: -1, upper: 1)) {
      try ConvexPolygon(slice, in: InputDomain(box: Box(lower: -1, upper: 1, count: 3)))
    }
    let thin = try InputDomain(box: Box(lower: [0, 0], upper: [0, 1]))
    #expect(throws: SliceError.noArea(.lowerEnd(input: 0))) {
      try ConvexPolygon(plane(), in: thin)
    }
    let empty = try InputDomain(
      box: square, rows: [LinearRow(terms: [.init(input: 0, coefficient: 1)], bound: -1)])
    #expect(throws: SliceError.noArea(.row(0))) { try ConvexPolygon(plane(), in: empty) }
    let point = try InputDomain(box: square, ball: L1Ball(center: [0, 0], radius: 0))
    #expect(throws: SliceError.noArea(.ball)) { try ConvexPolygon(plane(), in: point) }
  }

  /// The short form of a sign must agree with the long one, also where terms cancel.
  @Test(arguments: 0..<20)
  func signsAreThoseOfTheExactProduct(seed: UInt64) {
    var generator = SplitMix64(seed: seed)
    func number() -> Dyadic {
      let top = Dyadic(Int.random(in: -1 << 40...1 << 40, using: &generator))
      let low = Dyadic(Int.random(in: -3...3, using: &generator))
      return top.scaled(byPowerOfTwo: Int.random(in: 0...120, using: &generator)) + low
    }
    for _ in 0..<200 {
      let one = IntegerTriple(number(), number(), number())
      let other = IntegerTriple(number(), number(), number())
      guard let point = one.meeting(other) else { continue }
      #expect(one.sign(at: point) == 0 && other.sign(at: point) == 0)
      let near = IntegerTriple(point.x, point.y + 1, point.z)
      let exact = one.x * near.x + one.y * near.y + one.z * near.z
      #expect(one.sign(at: near) == Int(exact.signum()))
    }
  }
}

extension InputDomain {
  /// True if a point with whole parameters over a power of two is in the domain.
  fileprivate func contains(_ corner: IntegerTriple) -> Bool {
    guard let s = Rational(corner.x, corner.z).dyadic, let t = Rational(corner.y, corner.z).dyadic
    else { return false }
    return violation(at: [s, t]) == nil
  }
}
