/// Tells regions apart by their affine maps, exactly.
struct MapCensus {
  private let maps: RegionMaps
  /// The regions of each map, by their index.
  private(set) var groups: [[Int]] = []

  /// Groups the regions with the given phases.
  init(_ maps: RegionMaps, patterns: [[UnitPhase]]) {
    self.maps = maps
    var residues = ResidueMaps(maps)
    var candidates: [[UInt64]: [Int]] = [:]
    for (index, phases) in patterns.enumerated() {
      let key = residues.fingerprint(phases)
      let place = candidates[key, default: []].first { group in
        maps.map(patterns[groups[group][0]]) == maps.map(phases)
      }
      if let place {
        groups[place].append(index)
      } else {
        candidates[key, default: []].append(groups.count)
        groups.append([index])
      }
    }
  }

  /// The number of maps.
  var count: Int { groups.count }
}
