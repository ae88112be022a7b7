/// The part of a region on which one class wins: a convex polygon, exactly.
struct ClassCell: Sendable {
  /// The index of the region.
  let region: Int
  /// The output that is largest.
  ///
  /// Of equal ones it is the first. With a single output it is 1 where that is positive, else 0.
  let winner: Int
  let polygon: ConvexPolygon
}

extension PolygonSubdivision {
  /// All cells of classes, region by region.
  func classCells() -> [ClassCell] {
    regions.indices.flatMap { region in
      let rows = maps[regions[region].map].rows
      let polygon = polygon(of: region)
      return (0..<max(2, rows.count)).compactMap { winner in
        Self.part(of: polygon, where: winner, wins: rows).map {
          ClassCell(region: region, winner: winner, polygon: $0)
        }
      }
    }
  }

  /// A region as a polygon.
  func polygon(of region: Int) -> ConvexPolygon {
    let edges = regions[region].edges
    let corners = edges.map { vertices[$0.start] }
    let sides = edges.indices.map { i in
      ConvexPolygon.Side(
        line: corners[i].line(to: corners[(i + 1) % corners.count]), source: edges[i].source)
    }
    return ConvexPolygon(corners: corners, sides: sides)
  }

  private static func part(
    of polygon: ConvexPolygon, where winner: Int, wins rows: [SliceMap.Row]
  ) -> ConvexPolygon? {
    guard rows.count > 1 else {
      guard let line = rows[0].line else { return winner == 0 ? polygon : nil }
      return polygon.clipped(
        to: winner == 1 ? line : line.negated, source: .zeroOutput)
    }
    var part = polygon
    for other in rows.indices where other != winner {
      guard let line = (rows[winner] - rows[other]).line else {
        if other < winner { return nil }
        continue
      }
      let source = EdgeSource.classes(min(winner, other), max(winner, other))
      guard let smaller = part.clipped(to: line, source: source) else { return nil }
      part = smaller
    }
    return part
  }
}

extension IntegerTriple {
  /// The line through two points.
  fileprivate func line(to other: IntegerTriple) -> IntegerTriple {
    IntegerTriple(
      y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
  }
}
