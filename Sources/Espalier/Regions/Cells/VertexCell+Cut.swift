extension VertexCell {
  /// Working memory of cuts, so that a cut allocates only what it returns.
  struct Scratch {
    /// The values of a form at the vertices.
    var values: [Double] = []
    fileprivate var places: [Int32] = []
    fileprivate var crossings: [SIMD2<Int32>] = []
    fileprivate var crossingMasks: [UInt64] = []
    fileprivate var joints: [SIMD2<Int32>] = []
    fileprivate var keptEdges: (off: [SIMD2<Int32>], on: [SIMD2<Int32>]) = ([], [])
  }

  /// The two sides of a cut, or nil if the cell has too many facets or is not simple.
  ///
  /// - Parameters:
  ///   - i: The row whose form cuts; its values at the vertices stand in `scratch` and have certain
  ///     signs, both of which occur.
  ///   - position: The place of its unit among the open ones.
  func cut(
    by forms: LayerForms, _ i: Int, position: Int, _ scratch: inout Scratch
  ) -> (off: VertexCell, on: VertexCell)? {
    let used = masks.reduce(0, |)
    guard used != .max else { return nil }
    let bit = (~used).trailingZeroBitCount
    let offCount = sortVertices(&scratch)
    sortEdges(&scratch, offCount: offCount)
    guard joinCrossings(&scratch) else { return nil }
    var facets = facets
    facets[bit] = Int32(position)
    let error = forms.errors[i]
    let norm = forms.norms[i]
    return (
      child(isOn: false, keptCount: offCount, bit: bit, facets, error, norm, &scratch),
      child(isOn: true, keptCount: vertexCount - offCount, bit: bit, facets, error, norm, &scratch)
    )
  }

  /// Gives every vertex its place among those of its side; returns how many are off.
  private func sortVertices(_ scratch: inout Scratch) -> Int {
    if scratch.places.count < vertexCount {
      scratch.places = Array(repeating: 0, count: 2 * vertexCount)
    }
    var counts = (off: Int32(0), on: Int32(0))
    for v in 0..<vertexCount {
      if scratch.values[v] > 0 {
        scratch.places[v] = counts.on
        counts.on += 1
      } else {
        scratch.places[v] = counts.off
        counts.off += 1
      }
    }
    return Int(counts.off)
  }

  /// Shares out the edges, and notes those that cross, each from its off to its on vertex.
  private func sortEdges(_ scratch: inout Scratch, offCount: Int) {
    scratch.crossings.removeAll(keepingCapacity: true)
    scratch.crossingMasks.removeAll(keepingCapacity: true)
    scratch.keptEdges.off.removeAll(keepingCapacity: true)
    scratch.keptEdges.on.removeAll(keepingCapacity: true)
    for edge in edges {
      let (p, q) = (Int(edge.x), Int(edge.y))
      let isOn = (scratch.values[p] > 0, scratch.values[q] > 0)
      switch isOn {
      case (true, true):
        scratch.keptEdges.on.append(SIMD2(scratch.places[p], scratch.places[q]))
      case (false, false):
        scratch.keptEdges.off.append(SIMD2(scratch.places[p], scratch.places[q]))
      case (true, false):
        scratch.crossings.append(SIMD2(edge.y, edge.x))
        scratch.crossingMasks.append(masks[p] & masks[q])
      case (false, true):
        scratch.crossings.append(edge)
        scratch.crossingMasks.append(masks[p] & masks[q])
      }
    }
  }

  /// Finds the edges of the new facet: pairs of crossings that share all facets but one each.
  ///
  /// - Returns: False if the facet is not that of a simple polytope.
  private func joinCrossings(_ scratch: inout Scratch) -> Bool {
    let count = scratch.crossings.count
    let shared = dimension - 2
    scratch.joints.removeAll(keepingCapacity: true)
    guard dimension >= 2 else { return count == 1 }
    scratch.crossingMasks.withUnsafeBufferPointer { masks in
      for a in 0..<count {
        let mask = masks[a]
        for b in (a + 1)..<max(count, a + 1) where (mask & masks[b]).nonzeroBitCount == shared {
          scratch.joints.append(SIMD2(Int32(a), Int32(b)))
        }
      }
    }
    return 2 * scratch.joints.count == count * (dimension - 1)
  }

  private func child(
    isOn: Bool, keptCount: Int, bit: Int, _ facets: [Int32], _ error: Double, _ norm: Double,
    _ scratch: inout Scratch
  ) -> VertexCell {
    let newCount = scratch.crossings.count
    let total = keptCount + newCount
    let n = dimension
    var radii = [Double](repeating: 0, count: total)
    var newMasks = [UInt64](repeating: 0, count: total)
    let coordinates = [Double](unsafeUninitializedCapacity: n * total) { target, count in
      count = n * total
      var place = 0
      for v in 0..<vertexCount where (scratch.values[v] > 0) == isOn {
        for t in 0..<n { target[t * total + place] = self.coordinates[t * vertexCount + v] }
        radii[place] = self.radii[v]
        newMasks[place] = masks[v]
        place += 1
      }
      for (k, crossing) in scratch.crossings.enumerated() {
        let (p, q) = (Int(crossing.x), Int(crossing.y))
        let place = Crossing(
          (scratch.values[p], scratch.values[q]), radii: (self.radii[p], self.radii[q]),
          error: error, norm: norm)
        radii[keptCount + k] = place.place(
          p, q, count: vertexCount, in: self.coordinates, dimension: n
        ) { t, value in target[t * total + keptCount + k] = value }
        newMasks[keptCount + k] = scratch.crossingMasks[k] | 1 << UInt64(bit)
      }
    }
    var edges = isOn ? scratch.keptEdges.on : scratch.keptEdges.off
    edges.reserveCapacity(edges.count + newCount + scratch.joints.count)
    let offset = Int32(keptCount)
    for (k, crossing) in scratch.crossings.enumerated() {
      let kept = isOn ? crossing.y : crossing.x
      edges.append(SIMD2(scratch.places[Int(kept)], offset + Int32(k)))
    }
    for joint in scratch.joints { edges.append(joint &+ SIMD2(repeating: offset)) }
    return VertexCell(
      dimension: n, coordinates: coordinates, radii: radii, masks: newMasks, edges: edges,
      facets: facets)
  }
}
