internal import ExactArithmetic

/// A filled polygon of a picture.
struct RegionFill {
  let color: String
  /// The corners in parameters.
  let corners: [(s: Double, t: Double)]
  /// The index of the region.
  let region: Int
  /// The class, if classes are drawn.
  let winner: Int?
}

extension PolygonSubdivision {
  /// The polygons to fill.
  func fills(_ coloring: SliceColoring, output: Int, frame: SliceFrame) -> [RegionFill] {
    switch coloring {
    case .map: return mapped(ColorAssignment(count: maps.count, touching: touching(\.map)))
    case .pattern: return patterned()
    case .class: return classified()
    case .gradient:
      let colors = gradientColors(output: output, frame: frame)
      return regions.indices.map { fill($0, colors[regions[$0].map]) }
    }
  }

  /// The pairs of things, named by a property of regions, that have a common edge.
  private func touching(_ thing: (PolygonRegion) -> Int) -> Set<[Int]> {
    var pairs: Set<[Int]> = []
    for region in regions {
      for edge in region.edges {
        guard let neighbor = edge.neighbor else { continue }
        let (one, other) = (thing(region), thing(regions[neighbor]))
        if one < other { pairs.insert([one, other]) }
      }
    }
    return pairs
  }

  private func mapped(_ colors: ColorAssignment) -> [RegionFill] {
    regions.indices.map { fill($0, colors[regions[$0].map]) }
  }

  private func patterned() -> [RegionFill] {
    var pairs: Set<[Int]> = []
    for (i, region) in regions.enumerated() {
      for edge in region.edges {
        if let neighbor = edge.neighbor, i < neighbor { pairs.insert([i, neighbor]) }
      }
    }
    let colors = ColorAssignment(count: regions.count, touching: pairs)
    return regions.indices.map { fill($0, colors[$0]) }
  }

  private func classified() -> [RegionFill] {
    classCells().map { cell in
      RegionFill(
        color: ColorAssignment.palette[cell.winner % ColorAssignment.palette.count],
        corners: cell.polygon.corners.map { ($0.approximation.x, $0.approximation.y) },
        region: cell.region, winner: cell.winner)
    }
  }

  private func fill(_ region: Int, _ color: String) -> RegionFill {
    RegionFill(
      color: color, corners: regions[region].edges.map { approximateVertex($0.start) },
      region: region, winner: nil)
  }

  /// The hue is the direction in which the output grows; strong colors are steep, grey is flat.
  private func gradientColors(output: Int, frame: SliceFrame) -> [String] {
    let gradients = maps.map { map in
      let row = map.rows[output]
      return frame.gradient(ds: row.first.approximation, dt: row.second.approximation)
    }
    let sizes = gradients.map { ($0.u * $0.u + $0.v * $0.v).squareRoot() }
    let largest = sizes.max() ?? 0
    return zip(gradients, sizes).map { gradient, size in
      guard size > 0 else { return LabColor(lightness: 0.93, redness: 0, yellowness: 0).hex }
      return Self.gradientColor(
        u: gradient.u / size, v: gradient.v / size, share: size / largest)
    }
  }

  /// The color of a direction, `share` of the way from grey to full color.
  ///
  /// Right is yellow and left is blue; up is red and light, down is green and dark, because not
  /// all eyes tell red from green.
  static func gradientColor(u: Double, v: Double, share: Double) -> String {
    let chroma = 0.02 + 0.11 * share
    return LabColor(
      lightness: 0.92 - 0.14 * share + 0.07 * share * v, redness: chroma * v,
      yellowness: chroma * u
    ).hex
  }
}
