/// Counts the regions into which affine forms cut a simple polytope, without making them.
///
/// With `r(P, H)` for the number of regions of the polytope `P` cut by the hyperplanes `H`,
/// deletion and restriction give `r(P, H) = 1 + Σ_i r(P ∩ H_i, {H_j : j < i})`: each summand is
/// about a slice of one dimension less, and in the end about segments. So the cells of a network's
/// last layer cost a few signs each. Where hyperplanes coincide or meet in vertices of slices, as
/// far as rounding can tell, the count is left to somebody else.
///
/// - Source: Zaslavsky, "Facing up to arrangements", Memoirs of the AMS 154, 1975.
struct ArrangementCount {
  /// A face of dimension `rank` of the arrangement inside the polytope.
  private struct Slice {
    let rank: Int
    let vertexCount: Int
    /// Coordinates, all first ones, then all second ones, ….
    let coordinates: [Double]
    let radii: [Double]
    /// The facets of the slice on which each vertex lies, as bits.
    let masks: [UInt64]
    let edges: [SIMD2<Int32>]
  }

  /// How a form stands to a set of vertices.
  private enum Standing {
    case cuts, misses, unknown
  }

  private let forms: LayerForms

  init(_ forms: LayerForms) { self.forms = forms }

  /// The number of regions, or nil if rounding leaves it open.
  func count(_ cell: VertexCell, rows: [Int]) -> Int? {
    count(
      Slice(
        rank: cell.dimension, vertexCount: cell.vertexCount, coordinates: cell.coordinates,
        radii: cell.radii, masks: cell.masks, edges: cell.edges),
      rows: rows)
  }

  private func count(_ slice: Slice, rows: [Int]) -> Int? {
    let stride = slice.vertexCount
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: rows.count * stride) {
      values -> Int? in
      var knives: [Int] = []
      knives.reserveCapacity(rows.count)
      for row in rows {
        let place = knives.count * stride
        let own = UnsafeMutableBufferPointer(rebasing: values[place..<place + stride])
        let standing = slice.coordinates.withUnsafeBufferPointer { coordinates in
          slice.radii.withUnsafeBufferPointer { evaluate(row, coordinates, $0, into: own) }
        }
        switch standing {
        case .unknown: return nil
        case .misses: continue
        case .cuts: knives.append(row)
        }
      }
      return count(slice, knives, UnsafeBufferPointer(values))
    }
  }

  /// The same for forms that all cut the slice, with their values at its vertices.
  private func count(
    _ slice: Slice, _ knives: [Int], _ values: UnsafeBufferPointer<Double>
  ) -> Int? {
    if slice.rank == 1 {
      return pieces(knives, values, radii: (slice.radii[0], slice.radii[1]), slice.coordinates)
    }
    // The first one has nothing to be cut by.
    var total = knives.isEmpty ? 1 : 2
    for index in knives.indices.dropFirst() {
      let own = UnsafeBufferPointer(
        rebasing: values[index * slice.vertexCount..<(index + 1) * slice.vertexCount])
      let part =
        slice.rank == 2
        ? segmentCount(slice, knives[index], own, rows: knives[..<index])
        : cut(slice, knives[index], own).flatMap { count($0, rows: Array(knives[..<index])) }
      guard let part else { return nil }
      total += part
    }
    return total
  }

  /// Computes the values of a form at some vertices and says how it stands to them.
  private func evaluate(
    _ row: Int, _ coordinates: UnsafeBufferPointer<Double>, _ radii: UnsafeBufferPointer<Double>,
    into values: UnsafeMutableBufferPointer<Double>
  ) -> Standing {
    let count = radii.count
    forms.values(of: row, at: coordinates, count: count, into: values)
    let error = forms.errors[row]
    let norm = forms.norms[row]
    var isOn = false
    var isOff = false
    for v in 0..<count {
      let doubt = error + norm * radii[v]
      if values[v] > doubt {
        isOn = true
      } else if values[v] < -doubt {
        isOff = true
      } else {
        return .unknown
      }
    }
    return isOn && isOff ? .cuts : .misses
  }

  // MARK: Segments

  /// The regions of the segment in which a form cuts a polygon.
  private func segmentCount(
    _ polygon: Slice, _ knife: Int, _ values: UnsafeBufferPointer<Double>,
    rows: ArraySlice<Int>
  ) -> Int? {
    let n = forms.dimension
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * n + 2 + 2 * rows.count) {
      memory -> Int? in
      let coordinates = UnsafeMutableBufferPointer(rebasing: memory[..<(2 * n)])
      let radii = UnsafeMutableBufferPointer(rebasing: memory[(2 * n)..<(2 * n + 2)])
      let cuts = UnsafeMutableBufferPointer(rebasing: memory[(2 * n + 2)...])
      var endCount = 0
      for edge in polygon.edges
      where (values[Int(edge.x)] > 0) != (values[Int(edge.y)] > 0) {
        guard endCount < 2 else { return nil }
        let place = endCount
        radii[place] = crossing(polygon, edge, knife, values) { t, value in
          coordinates[2 * t + place] = value
        }
        endCount += 1
      }
      guard endCount == 2 else { return nil }
      var knives: [Int] = []
      for row in rows {
        let own = UnsafeMutableBufferPointer(
          rebasing: cuts[(2 * knives.count)..<(2 * knives.count + 2)])
        switch evaluate(
          row, UnsafeBufferPointer(coordinates), UnsafeBufferPointer(radii), into: own)
        {
        case .unknown: return nil
        case .misses: continue
        case .cuts: knives.append(row)
        }
      }
      if knives.count < 2 { return 1 + knives.count }
      return pieces(
        knives, UnsafeBufferPointer(cuts), radii: (radii[0], radii[1]), Array(coordinates))
    }
  }

  /// A segment has one piece more than it has crossings, if these differ for certain.
  private func pieces(
    _ knives: [Int], _ values: UnsafeBufferPointer<Double>, radii: (Double, Double),
    _ coordinates: [Double]
  ) -> Int? {
    let crossings = knives.indices.map { index in
      Crossing(
        (values[2 * index], values[2 * index + 1]), radii: radii,
        error: forms.errors[knives[index]], norm: forms.norms[knives[index]])
    }
    for a in crossings.indices {
      for b in 0..<a {
        let gap = (crossings[a].share - crossings[b].share).magnitude
        guard gap > crossings[a].doubt + crossings[b].doubt else { return nil }
      }
    }
    return 1 + knives.count
  }

  // MARK: Slices

  private func crossing(
    _ slice: Slice, _ edge: SIMD2<Int32>, _ knife: Int, _ values: UnsafeBufferPointer<Double>,
    _ put: (Int, Double) -> Void
  ) -> Double {
    let (p, q) = (Int(edge.x), Int(edge.y))
    return Crossing(
      (values[p], values[q]), radii: (slice.radii[p], slice.radii[q]),
      error: forms.errors[knife], norm: forms.norms[knife]
    ).place(
      p, q, count: slice.vertexCount, in: slice.coordinates, dimension: forms.dimension, put)
  }

  /// The slice where a form is 0, or nil if it is not simple.
  private func cut(
    _ slice: Slice, _ knife: Int, _ values: UnsafeBufferPointer<Double>
  ) -> Slice? {
    var ends: [SIMD2<Int32>] = []
    var masks: [UInt64] = []
    for edge in slice.edges where (values[Int(edge.x)] > 0) != (values[Int(edge.y)] > 0) {
      ends.append(edge)
      masks.append(slice.masks[Int(edge.x)] & slice.masks[Int(edge.y)])
    }
    let rank = slice.rank - 1
    let count = ends.count
    var edges: [SIMD2<Int32>] = []
    edges.reserveCapacity(count * rank / 2)
    for a in 0..<count {
      for b in 0..<a where (masks[a] & masks[b]).nonzeroBitCount == rank - 1 {
        edges.append(SIMD2(Int32(b), Int32(a)))
      }
    }
    guard 2 * edges.count == count * rank else { return nil }
    let n = forms.dimension
    var radii = [Double](repeating: 0, count: count)
    let coordinates = [Double](unsafeUninitializedCapacity: n * count) { target, filled in
      filled = n * count
      for (k, edge) in ends.enumerated() {
        radii[k] = crossing(slice, edge, knife, values) { t, value in
          target[t * count + k] = value
        }
      }
    }
    return Slice(
      rank: rank, vertexCount: count, coordinates: coordinates, radii: radii, masks: masks,
      edges: edges)
  }
}
