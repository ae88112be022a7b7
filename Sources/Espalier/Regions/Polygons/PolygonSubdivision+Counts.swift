internal import Certificates

extension PolygonSubdivision {
  /// All six counts.
  ///
  /// - Complexity: Every unit is evaluated exactly at every vertex.
  public func counts() -> PolygonCounts {
    PolygonCounts(
      feasiblePatterns: feasiblePatterns().count, regions: regions.count,
      convexPieces: pieceCount...regions.count, openPieces: pieceCount,
      closedPieces: closedPieceCount(), maps: maps.count)
  }

  /// The activation patterns of all points: inside regions, inside edges, and at vertices.
  ///
  /// No unit changes its sign within one of these, so one pattern belongs to each. On an edge a
  /// unit has the sign that it has at either end, or zero if it is zero at both.
  public func feasiblePatterns() -> Set<UnitBits> {
    let signs = vertices.map { Array(network.signs(at: $0).prefix(units.count)) }
    var patterns = Set(regions.map(\.pattern))
    patterns.formUnion(signs.map { UnitBits($0.map { $0 > 0 }) })
    for region in regions {
      for (i, edge) in region.edges.enumerated() {
        let end = region.edges[(i + 1) % region.edges.count].start
        patterns.insert(
          UnitBits(zip(signs[edge.start], signs[end]).map { $0 > 0 || $1 > 0 }))
      }
    }
    return patterns
  }

  /// The pieces of one affine map of which each is connected, be it in a point.
  private func closedPieceCount() -> Int {
    var sets = DisjointSets(count: regions.count)
    var regionsAt = [[Int]](repeating: [], count: vertices.count)
    for (i, region) in regions.enumerated() {
      for edge in region.edges { regionsAt[edge.start].append(i) }
    }
    for around in regionsAt {
      var firstOfMap: [Int: Int] = [:]
      for region in around {
        if let first = firstOfMap[regions[region].map] {
          sets.merge(first, region)
        } else {
          firstOfMap[regions[region].map] = region
        }
      }
    }
    return sets.numbered().count
  }
}
