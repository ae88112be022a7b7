/// A convex polygon with an area, between lines.
///
/// Corners go round counterclockwise; side `i` leads from corner `i` to the next. The inner side
/// of every line is its positive side.
struct ConvexPolygon: Sendable {
  /// A side with what lies behind it.
  struct Side: Sendable {
    let line: IntegerTriple
    let source: EdgeSource
  }

  private(set) var corners: [IntegerTriple]
  private(set) var sides: [Side]

  /// A polygon from its parts, which are believed.
  init(corners: [IntegerTriple], sides: [Side]) {
    self.corners = corners
    self.sides = sides
  }

  /// The part on the positive side of a line; nil if that has no area.
  func clipped(to line: IntegerTriple, source: EdgeSource) -> ConvexPolygon? {
    let signs = corners.map { line.sign(at: $0) }
    guard signs.contains(1) else { return nil }
    guard signs.contains(-1) else { return self }
    var kept = ConvexPolygon(corners: [], sides: [])
    for i in corners.indices {
      let next = (i + 1) % corners.count
      if signs[i] >= 0 {
        kept.corners.append(corners[i])
        kept.sides.append(
          signs[i] == 0 && signs[next] < 0 ? Side(line: line, source: source) : sides[i])
      }
      if signs[i] * signs[next] < 0, let crossing = line.meeting(sides[i].line) {
        kept.corners.append(crossing)
        kept.sides.append(signs[i] > 0 ? Side(line: line, source: source) : sides[i])
      }
    }
    return kept
  }
}
