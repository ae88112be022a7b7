/// Sets of numbers that only ever join.
package struct DisjointSets: Sendable {
  private var parents: [Int]

  /// Each number from 0 on in a set of its own.
  package init(count: Int) { parents = Array(0..<count) }

  /// How many numbers there are.
  package var count: Int { parents.count }

  /// The number that stands for the set of `i`.
  package mutating func root(of i: Int) -> Int {
    var root = i
    while parents[root] != root {
      parents[root] = parents[parents[root]]
      root = parents[root]
    }
    return root
  }

  /// Makes one set of two: the smaller root stands for both.
  package mutating func merge(_ i: Int, _ j: Int) {
    let (one, other) = (root(of: i), root(of: j))
    parents[max(one, other)] = min(one, other)
  }
}
