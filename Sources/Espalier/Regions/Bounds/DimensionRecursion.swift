internal import BigInt

/// How many regions the layers from one on can make of a piece with an image of a given dimension.
///
/// With `u` open and `a` affine units in layer `k`,
///
///     B(k, d) = Σ_{j=0}^{min(u, d)} C(u, j) · B(k + 1, min(d, a + u - j)),    B(K, d) = 1.
///
/// **Why it holds** for full-dimensional activation regions of a domain. On a region of the layers
/// below, the outputs of layer `k - 1` are an affine function whose image has a dimension of at
/// most `d`. There the open units of layer `k` are `u` affine forms. The patterns that they take on
/// sets that are open relative to the domain are cells of an arrangement of at most `u` hyperplanes
/// in `d` dimensions (a form that is constant cuts nothing), so there are at most
/// `Σ_{j≤d} C(u, j)`; and at most `C(u, j)` of them have `j` units off. On a cell with `j` units off
/// the image of layer `k` has dimension `min(d, a + u - j)` at most, and `B` grows with the
/// dimension, so the cells with fewest units off count most: `C(u, j)` of each `j` up to `d`. The
/// domain's boundary only removes cells.
///
/// - Source: Serra, Tjandraatmadja and Ramalingam, arXiv 1711.02114, Lemma 4 and Theorem 1, there
///   with `a = 0`. Affine units are our addition.
struct DimensionRecursion {
  /// `B(k, d)` for each layer and then 1; `d` ascends from 0 to the largest that can matter.
  private let tables: [[BigInt]]
  private let shape: RegionShape

  /// All values for a shape.
  ///
  /// - Complexity: At most the square of a layer's largest dimension in big-integer products.
  init(_ shape: RegionShape) {
    self.shape = shape
    // A dimension above the number of units of a layer makes no difference to it.
    var ranks: [Int] = []
    var rank = shape.freeInputCount
    for layer in shape.layers {
      rank = min(rank, layer.movingCount)
      ranks.append(rank)
    }
    var tables = [Array(repeating: BigInt(1), count: rank + 1)]
    for (layer, rank) in zip(shape.layers, ranks).reversed() {
      let row = BinomialRow(layer.openCount, upTo: rank)
      let next = tables[tables.count - 1]
      tables.append(
        (0...rank).map { Self.bound(row, layer: layer, dimension: $0, next: next) })
    }
    self.tables = tables.reversed()
  }

  /// `B(k, d)`.
  func bound(layer k: Int, dimension d: Int) -> BigInt {
    tables[k][min(d, tables[k].count - 1)]
  }

  /// `B(k, d)` with other counts in layer `k`, of no more units in all.
  func bound(layer k: Int, counts: RegionShape.LayerCounts, dimension d: Int) -> BigInt {
    let dimension = min(d, tables[k].count - 1)
    return Self.bound(
      BinomialRow(counts.openCount, upTo: dimension), layer: counts, dimension: dimension,
      next: tables[k + 1])
  }

  private static func bound(
    _ row: BinomialRow, layer: RegionShape.LayerCounts, dimension d: Int, next: [BigInt]
  ) -> BigInt {
    let last = min(layer.openCount, d)
    // Up to here the dimension stays `d`, and the coefficients can be added first.
    let kept = min(last, layer.movingCount - d)
    let largest = next.count - 1
    var sum = kept < 0 ? 0 : row.sum(upTo: kept) * next[min(d, largest)]
    for j in stride(from: max(0, kept + 1), through: last, by: 1) {
      sum += row.values[j] * next[min(layer.movingCount - j, largest)]
    }
    return sum
  }
}
