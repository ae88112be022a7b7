internal import Certificates

/// Gathers what is known about the faces of a finished cutting.
struct RegionAssembly {
  private(set) var regions: [PolygonRegion] = []
  private(set) var maps: [PlaneForms] = []

  init(_ cutting: PolygonCutting) {
    let plane = cutting.plane
    var regionOfFace = [Int](repeating: -1, count: plane.faceCount)
    for (region, face) in cutting.faces.enumerated() { regionOfFace[face.index] = region }
    var numbers: [PlaneForms: Int] = [:]
    for face in cutting.faces {
      let outputs = cutting.outputs(of: face)
      let number = numbers[outputs] ?? maps.count
      if number == maps.count {
        numbers[outputs] = number
        maps.append(outputs)
      }
      let edges = plane.boundary(of: face.index).map { edge in
        let halfEdge = plane.halfEdges[edge]
        let other = plane.halfEdges[halfEdge.twin].face
        return PolygonRegion.Edge(
          start: halfEdge.origin, source: plane.lines[halfEdge.line].source,
          neighbor: other == PlanarSubdivision.outside ? nil : regionOfFace[other])
      }
      regions.append(PolygonRegion(pattern: face.pattern, map: number, edges: edges))
    }
  }

  /// The pieces of one affine map that are connected across edges.
  func pieces() -> (indices: [Int], count: Int) {
    var sets = DisjointSets(count: regions.count)
    for (i, region) in regions.enumerated() {
      for edge in region.edges {
        if let neighbor = edge.neighbor, regions[neighbor].map == region.map {
          sets.merge(i, neighbor)
        }
      }
    }
    return sets.numbered()
  }
}
