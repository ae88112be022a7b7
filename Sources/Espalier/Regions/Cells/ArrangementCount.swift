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

  /// A form that cuts a slice, with its values at the vertices.
  private struct Knife {
    let row: Int
    let values: [Double]
  }

  private let forms: LayerForms

  init(_ forms: LayerForms) { self.forms = forms }

  /// The number of regions, or nil if rounding leaves it open.
  func count(_ cell: VertexCell, rows: [Int]) -> Int? {
    count(
      Slice(
        rank: cell.dimension, vertexCount: cell.vertexCount, coordinates: cell.coordinates,
        radii: cell.radii, masks: cell.masks, edges: cell.edges),
      rows: rows[...])
  }

  private func count(_ slice: Slice, rows: ArraySlice<Int>) -> Int? {
    var knives: [Knife] = []
    for row in rows {
      switch knife(row, slice) {
      case .none: return nil
      case .some(.none): continue
      case .some(.some(let knife)): knives.append(knife)
      }
    }
    if slice.rank == 1 { return segmentCount(slice, knives) }
    var total = 1
    for (index, knife) in knives.enumerated() {
      if index == 0 {
        total += 1
        continue
      }
      guard let cut = cut(slice, by: knife),
        let part = count(cut, rows: knives[..<index].map(\.row)[...])
      else { return nil }
      total += part
    }
    return total
  }

  /// The form of a row if it cuts the slice, `.some(nil)` if it does not, nil if that is open.
  private func knife(_ row: Int, _ slice: Slice) -> Knife?? {
    let count = slice.vertexCount
    let n = forms.dimension
    let start = row * (n + 1)
    var isOn = false
    var isOff = false
    var isOpen = false
    let error = forms.errors[row]
    let norm = forms.norms[row]
    let values = [Double](unsafeUninitializedCapacity: count) { values, filled in
      filled = count
      forms.values.withUnsafeBufferPointer { form in
        slice.coordinates.withUnsafeBufferPointer { coordinates in
          values.initialize(repeating: form[start + n])
          for t in 0..<n {
            let factor = form[start + t]
            for v in 0..<count { values[v] += factor * coordinates[t * count + v] }
          }
        }
      }
      slice.radii.withUnsafeBufferPointer { radii in
        for v in 0..<count {
          let doubt = error + norm * radii[v]
          if values[v] > doubt {
            isOn = true
          } else if values[v] < -doubt {
            isOff = true
          } else {
            isOpen = true
          }
        }
      }
    }
    if isOpen { return nil }
    return .some(isOn && isOff ? Knife(row: row, values: values) : nil)
  }

  /// A segment has one piece more than it has crossings, if these differ for certain.
  private func segmentCount(_ slice: Slice, _ knives: [Knife]) -> Int? {
    var crossings: [(share: Double, doubt: Double)] = []
    for knife in knives {
      let crossing = Crossing(
        (knife.values[0], knife.values[1]), radii: (slice.radii[0], slice.radii[1]),
        error: forms.errors[knife.row], norm: forms.norms[knife.row])
      crossings.append((crossing.share, crossing.doubt))
    }
    // In parts of the segment, whose ends are uncertain themselves.
    let length = (0..<forms.dimension).reduce(0.0) {
      max($0, (slice.coordinates[2 * $1] - slice.coordinates[2 * $1 + 1]).magnitude)
    }
    let ends = max(slice.radii[0], slice.radii[1])
    guard knives.count < 2 || length > 0 else { return nil }
    for a in crossings.indices {
      for b in crossings.indices.prefix(a) {
        let gap = (crossings[a].share - crossings[b].share).magnitude
        let doubt = crossings[a].doubt + crossings[b].doubt + 4 * ends / length + 0x1p-48
        guard gap > doubt else { return nil }
      }
    }
    return 1 + knives.count
  }

  /// The slice where a form is 0, or nil if it is not simple.
  private func cut(_ slice: Slice, by knife: Knife) -> Slice? {
    var ends: [SIMD2<Int32>] = []
    var masks: [UInt64] = []
    for edge in slice.edges
    where (knife.values[Int(edge.x)] > 0) != (knife.values[Int(edge.y)] > 0) {
      ends.append(edge)
      masks.append(slice.masks[Int(edge.x)] & slice.masks[Int(edge.y)])
    }
    let rank = slice.rank - 1
    let count = ends.count
    var edges: [SIMD2<Int32>] = []
    if rank == 1 {
      guard count == 2 else { return nil }
      edges = [SIMD2(0, 1)]
    } else {
      for a in 0..<count {
        for b in 0..<a where (masks[a] & masks[b]).nonzeroBitCount == rank - 1 {
          edges.append(SIMD2(Int32(b), Int32(a)))
        }
      }
      guard 2 * edges.count == count * rank else { return nil }
    }
    let n = forms.dimension
    var radii = [Double](repeating: 0, count: count)
    let coordinates = [Double](unsafeUninitializedCapacity: n * count) { target, filled in
      filled = n * count
      for (k, edge) in ends.enumerated() {
        let (p, q) = (Int(edge.x), Int(edge.y))
        let crossing = Crossing(
          (knife.values[p], knife.values[q]), radii: (slice.radii[p], slice.radii[q]),
          error: forms.errors[knife.row], norm: forms.norms[knife.row])
        radii[k] = crossing.place(
          p, q, count: slice.vertexCount, in: slice.coordinates, dimension: n
        ) { t, value in target[t * count + k] = value }
      }
    }
    return Slice(
      rank: rank, vertexCount: count, coordinates: coordinates, radii: radii, masks: masks,
      edges: edges)
  }
}

/// Where a form is 0 on an edge at whose ends it has different signs for certain.
struct Crossing {
  /// How far along the edge, from 0 to 1.
  let share: Double
  /// How far that may be from the true share of the true edge.
  let doubt: Double
  private let endRadius: Double

  init(
    _ values: (Double, Double), radii: (Double, Double), error: Double, norm: Double
  ) {
    let (start, end) = (values.0.magnitude, values.1.magnitude)
    let span = start + end
    share = start / span
    let doubts = (error + norm * radii.0, error + norm * radii.1)
    let shift = (doubts.0 * (1 - share) + doubts.1 * share) / (span - doubts.0 - doubts.1)
    doubt = shift * (1 + 0x1p-20) + 0x1p-49
    endRadius = max(radii.0, radii.1)
  }

  /// Places the crossing on the edge from vertex `p` to vertex `q`; returns its radius.
  func place(
    _ p: Int, _ q: Int, count: Int, in coordinates: [Double], dimension: Int,
    _ put: (Int, Double) -> Void
  ) -> Double {
    var length = 0.0
    var reach = 0.0
    for t in 0..<dimension {
      let start = coordinates[t * count + p]
      let step = coordinates[t * count + q] - start
      put(t, start + share * step)
      length = max(length, step.magnitude)
      reach = max(reach, start.magnitude + step.magnitude)
    }
    return endRadius + length * doubt + reach * 0x1p-50
  }
}
