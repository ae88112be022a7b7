internal import Espalier
internal import Glibc
internal import ModelIO

/// Damages every valid fixture many times and reads the result: a value or a typed error.
///
/// A trap, a crash or a hang ends the program by `FaultReport`, which keeps the bytes.
struct FlipRun {
  /// Counts of one target.
  private struct Tally {
    var validFiles = 0
    var otherFiles = 0
    var values = 0
    var errors = 0
    var seconds = 0.0
  }

  private let folder: String
  private var tallies: [FuzzTarget: Tally] = [:]
  /// How often each fixture is damaged.
  var countPerFile = 1000

  /// A run over the fixtures below a folder.
  init(folder: String) { self.folder = folder }

  /// Reads everything.
  mutating func run() throws(ModelError) {
    FaultReport.install()
    for path in InputBytes.files(below: folder) {
      FaultReport.begin(path: path, change: 0, bytes: [])
      guard let file = try FlipFile(path: path, in: folder) else { continue }
      var tally = tallies[file.target] ?? Tally()
      if file.isValid { tally.validFiles += 1 } else { tally.otherFiles += 1 }
      if file.isValid { damage(file, path: path, &tally) }
      tallies[file.target] = tally
    }
    FaultReport.end()
  }

  private func damage(_ file: FlipFile, path: String, _ tally: inout Tally) {
    let start = clock()
    var changes = ByteChanges(seed: Self.seed(path.dropFirst(folder.count)))
    for i in 1...countPerFile {
      let bytes = changes.damaged(file.bytes)
      FaultReport.begin(path: path, change: i, bytes: bytes)
      if file.target.refusal(of: bytes, at: file.path, inputCount: file.inputCount) == nil {
        tally.values += 1
      } else {
        tally.errors += 1
      }
    }
    tally.seconds += Double(clock() - start) / Double(CLOCKS_PER_SEC)
  }

  /// A seed from the name of a fixture, so that no fixture changes what another one gets.
  private static func seed(_ name: Substring) -> UInt64 {
    name.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  }

  /// The counts as a table.
  var lines: [String] {
    var table = TextTable([
      ("reader", .left), ("valid fixtures", .right), ("others, read once", .right),
      ("damaged", .right), ("values", .right), ("typed errors", .right), ("CPU s", .right),
    ])
    var sum = Tally()
    for target in FuzzTarget.allCases {
      let tally = tallies[target] ?? Tally()
      table.add(Self.cells(target.rawValue, tally))
      sum.validFiles += tally.validFiles
      sum.otherFiles += tally.otherFiles
      sum.values += tally.values
      sum.errors += tally.errors
      sum.seconds += tally.seconds
    }
    table.addTotal(Self.cells("all", sum))
    return table.lines
  }

  private static func cells(_ name: String, _ tally: Tally) -> [String] {
    [
      name, "\(tally.validFiles)", "\(tally.otherFiles)", "\(tally.values + tally.errors)",
      "\(tally.values)", "\(tally.errors)", ShortNumber.text(tally.seconds),
    ]
  }
}
