internal import ExactArithmetic
internal import MILP
internal import NeuralNetwork

/// Joins regions with the same affine map that touch in a facet, in exact arithmetic.
///
/// The regions of a network form a complex in which neighbours share whole facets. So for each
/// facet of a region there is one region beyond it: the one that has the signs just beyond a point
/// inside the facet.
struct PieceCensus {
  private let maps: RegionMaps
  private let patterns: [[UnitPhase]]
  private let indices: [[Bool]: Int]

  init(_ maps: RegionMaps, patterns: [[UnitPhase]]) {
    self.maps = maps
    self.patterns = patterns
    indices = Dictionary(
      patterns.enumerated().map { ($1.map(\.isOn), $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The number of connected pieces into which the groups of regions with one map fall, or nil if
  /// `goesOn` said no.
  func count(_ census: MapCensus, goesOn: () -> Bool) -> Int? {
    var total = 0
    for group in census.groups {
      if group.count == 1 {
        total += 1
        continue
      }
      guard let count = pieceCount(group, goesOn: goesOn) else { return nil }
      total += count
    }
    return total
  }

  private func pieceCount(_ group: [Int], goesOn: () -> Bool) -> Int? {
    var left = Set(group)
    var count = 0
    while let first = left.popFirst() {
      count += 1
      var queue = [first]
      while let region = queue.popLast() {
        if left.isEmpty { break }
        guard goesOn() else { return nil }
        for neighbour in neighbours(region) where left.remove(neighbour) != nil {
          queue.append(neighbour)
        }
      }
    }
    return count
  }

  /// The regions beyond the facets of a region.
  func neighbours(_ region: Int) -> [Int] {
    let cell = FacetSearch(maps, phases: patterns[region])
    return maps.units.indices.compactMap { position in
      cell.patternBeyond(position).flatMap { indices[$0] }
    }
  }
}
