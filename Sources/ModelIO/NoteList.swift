/// Notes on a file, no more of them than anyone reads.
struct NoteList {
  private var kept: [String] = []
  private var count = 0

  /// Adds a note; beyond the limit it is only counted.
  mutating func add(_ note: @autoclosure () -> String) {
    count += 1
    if kept.count < ModelLimits.notes { kept.append(note()) }
  }

  /// The notes, ending in the number of those left out.
  var notes: [String] {
    count > kept.count ? kept + ["and \(count - kept.count) more notes of this kind"] : kept
  }
}
