internal import BigInt
internal import ExactArithmetic
internal import NeuralNetwork

extension ConvexPolygon {
  /// The part of a slice inside an input domain.
  ///
  /// - Throws: `SliceError.collinear`, `.outsideDomain` or `.noArea`
  init(_ slice: InputSlice, in domain: InputDomain) throws(SliceError) {
    guard let (i, j) = slice.independentInputs else { throw .collinear }
    let limits = SliceLimits(slice, domain)
    try limits.checkFixedInputs()
    var polygon = try Self.parallelogram(limits, i, j)
    for input in 0..<slice.inputCount where input != i && input != j && !limits.isFixed(input) {
      polygon = try polygon.part(limits.lower(input), .lowerEnd(input: input))
      polygon = try polygon.part(limits.upper(input), .upperEnd(input: input))
    }
    for (index, row) in domain.rows.enumerated() {
      polygon = try polygon.part(limits.row(row), .row(index))
    }
    if let ball = domain.ball { polygon = try polygon.inside(ball, limits) }
    self = polygon
  }

  /// What two inputs leave of the slice.
  private static func parallelogram(
    _ limits: SliceLimits, _ i: Int, _ j: Int
  ) throws(SliceError) -> ConvexPolygon {
    for input in [i, j] where limits.domain.box.lower[input] == limits.domain.box.upper[input] {
      throw .noArea(.lowerEnd(input: input))
    }
    let sides = [
      Side(line: limits.lower(j), source: .lowerEnd(input: j)),
      Side(line: limits.upper(i), source: .upperEnd(input: i)),
      Side(line: limits.upper(j), source: .upperEnd(input: j)),
      Side(line: limits.lower(i), source: .lowerEnd(input: i)),
    ]
    let corners = sides.indices.compactMap { sides[($0 + 3) % 4].line.meeting(sides[$0].line) }
    guard corners.count == 4 else { throw .collinear }
    return ConvexPolygon(corners: corners, sides: sides)
  }

  private func part(
    _ line: IntegerTriple, _ source: EdgeSource
  ) throws(SliceError) -> ConvexPolygon {
    // A row may be constant on the slice.
    if line.x.isZero && line.y.isZero {
      guard line.z >= 0 else { throw .noArea(source) }
      return self
    }
    guard let part = clipped(to: line, source: source) else { throw .noArea(source) }
    return part
  }

  /// Cuts off corners outside the ball, each by the face of the ball that it violates, until none
  /// is outside: the ball has finitely many faces.
  private func inside(
    _ ball: L1Ball, _ limits: SliceLimits
  ) throws(SliceError) -> ConvexPolygon {
    var polygon = self
    while true {
      let faces = polygon.corners.map { limits.face(of: ball, towards: $0) }
      guard let i = faces.indices.first(where: { faces[$0].sign(at: polygon.corners[$0]) < 0 })
      else { return polygon }
      polygon = try polygon.part(faces[i], .ball)
    }
  }
}
