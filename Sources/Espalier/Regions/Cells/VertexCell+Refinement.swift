extension VertexCell {
  /// Radii from which on vertices are placed anew, as a share of their coordinates' reach.
  static let coarseRadius = 0x1p-36

  /// The same cell with vertices of large radii computed anew from their own facets, or nil if that
  /// makes no radius much smaller.
  ///
  /// A vertex comes from the edge on which it was made, and that from others, so errors grow from
  /// cut to cut. They need not: it is where the forms of its facets are 0. With `A` their
  /// coefficients in the coordinates that no side of the box fixes, `R` near the inverse of `A` and
  /// `|R A - 1| < 1`, the distance to the true vertex is at most `|R| d / (1 - |R A - 1|)`, where
  /// `d` bounds the values of the forms at the vertex and their errors.
  ///
  /// - Source: Krawczyk's test as in Rump, "Verification methods", Acta Numerica 2010, section 10.
  func refined(_ cuts: Cut?) -> VertexCell? {
    guard largestRadius > Self.coarseRadius else { return nil }
    let all = cuts?.all ?? []
    var isFiner = false
    var coordinates = coordinates
    var radii = radii
    for v in 0..<vertexCount where radii[v] > Self.coarseRadius {
      guard let system = FacetSystem(self, vertex: v, cuts: all) else { continue }
      var point = (0..<dimension).map { coordinates[$0 * vertexCount + v] }
      guard let radius = system.solve(&point), radius < radii[v] else { continue }
      if radius < radii[v] / 16 { isFiner = true }
      radii[v] = radius
      for t in 0..<dimension { coordinates[t * vertexCount + v] = point[t] }
    }
    guard isFiner else { return nil }
    return VertexCell(
      dimension: dimension, coordinates: coordinates, radii: radii, masks: masks, edges: edges,
      facets: facets)
  }
}

/// The forms that are 0 at a vertex, as a square system.
private struct FacetSystem {
  private let cuts: [Cut]
  /// The coordinates that no side of the box fixes.
  private let free: [Int]

  init?(_ cell: VertexCell, vertex: Int, cuts: [Cut]) {
    var isFixed = [Bool](repeating: false, count: cell.dimension)
    var own: [Cut] = []
    var mask = cell.masks[vertex]
    while mask != 0 {
      let facet = cell.facets[mask.trailingZeroBitCount]
      mask &= mask - 1
      if facet < 0 {
        isFixed[VertexCell.boxInput(facet, dimension: cell.dimension)] = true
      } else if let cut = cuts.first(where: { $0.position == Int(facet) }) {
        own.append(cut)
      }
    }
    self.cuts = own
    free = isFixed.indices.filter { !isFixed[$0] }
    if free.isEmpty || free.count != own.count { return nil }
  }

  /// Moves a point to the vertex; returns how far it may be from it, or nil if that is unknown.
  func solve(_ point: inout [Double]) -> Double? {
    let k = free.count
    var matrix = cuts.map { cut in
      let row = cut.forms.row(cut.row)
      return free.map { row[row.startIndex + $0] }
    }
    let original = matrix
    guard let inverse = Self.inverse(&matrix) else { return nil }
    let residuals = cuts.map { $0.forms.value($0.row, at: point) }
    for (i, t) in free.enumerated() {
      for j in 0..<k { point[t] -= inverse[i][j] * residuals[j] }
    }
    // How far the inverse is off, with what computing that may have lost.
    var defect = 0.0
    for i in 0..<k {
      var row = 0.0
      for j in 0..<k {
        var sum = i == j ? -1.0 : 0.0
        var size = 1.0
        for l in 0..<k {
          let product = inverse[i][l] * original[l][j]
          sum += product
          size += product.magnitude
        }
        row += sum.magnitude + Double(k + 2) * PartNetwork.unitRoundoff * size
      }
      // What overflowed is no number, and passes no comparison.
      guard row < 0.5 else { return nil }
      defect = max(defect, row)
    }
    let doubts = cuts.map { cut in
      cut.forms.value(cut.row, at: point).magnitude + 2 * cut.forms.errors[cut.row]
    }
    var radius = 0.0
    for i in 0..<k {
      let own = (0..<k).reduce(0) { $0 + inverse[i][$1].magnitude * doubts[$1] }
      guard own.isFinite else { return nil }
      radius = max(radius, own)
    }
    let bound = radius / (1 - defect) * (1 + 0x1p-20)
    return bound.isFinite ? bound : nil
  }

  /// Gauss-Jordan elimination with row pivots.
  private static func inverse(_ matrix: inout [[Double]]) -> [[Double]]? {
    let k = matrix.count
    var inverse = (0..<k).map { i in (0..<k).map { $0 == i ? 1.0 : 0.0 } }
    for column in 0..<k {
      var pivot = column
      for row in column..<k
      where matrix[row][column].magnitude > matrix[pivot][column].magnitude { pivot = row }
      guard matrix[pivot][column] != 0 else { return nil }
      matrix.swapAt(pivot, column)
      inverse.swapAt(pivot, column)
      let scale = 1 / matrix[column][column]
      for j in 0..<k {
        matrix[column][j] *= scale
        inverse[column][j] *= scale
      }
      for row in 0..<k where row != column && matrix[row][column] != 0 {
        let factor = matrix[row][column]
        for j in 0..<k {
          matrix[row][j] -= factor * matrix[column][j]
          inverse[row][j] -= factor * inverse[column][j]
        }
      }
    }
    return inverse
  }
}
