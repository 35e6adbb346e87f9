//! What the business earns with, and what stops it.

use crate::{CalendarId, Hours, MoneyPerHour, ProcessId, Share, WorkloadId};

/// A production line, order intake, outbound logistics: something that earns per hour.
#[derive(Debug, Clone, PartialEq)]
pub struct Process {
    /// The id in the files.
    pub id: String,
    /// Whose loss it is; none is ours. A partner's loss is reported but not optimised.
    pub partner: Option<String>,
    /// Contribution margin lost per hour of standstill at calendar weight 1.
    pub value: MoneyPerHour,
    /// When it earns; around the clock if none.
    pub calendar: Option<CalendarId>,
    /// Hours that it runs on without its workloads.
    pub buffer: Hours,
    /// Hours from the workload's return until it earns again, once it has stopped.
    pub restart: Hours,
    /// The share of lost output that overtime makes up.
    pub made_up: Share,
    /// What made-up output costs, as a share of its value (0.3 = 30 % of it).
    pub overtime_premium: f64,
    /// Value of the data of one hour, lost in a destructive event.
    pub data_value: MoneyPerHour,
    /// The workloads it needs.
    pub needs: Vec<Need>,
}

impl Process {
    /// What is left of the value of a stopped hour after overtime:
    /// `(1 - made_up) + made_up * overtime_premium` (model.md section 4).
    pub fn made_up_factor(&self) -> f64 {
        (1.0 - self.made_up.get()) + self.made_up.get() * self.overtime_premium
    }
}

/// What the loss of a workload does to a process.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Role {
    /// It stops it.
    Critical,
    /// This share of the value is lost while it is down.
    Degrading(Share),
}

/// A process needs a workload.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// The workload.
    pub workload: WorkloadId,
    /// What its loss does.
    pub role: Role,
    /// Hours over the process's buffer that this workload can be missed.
    pub buffer: Hours,
}

/// A process that stops when another one does, after a buffer.
#[derive(Debug, Clone, PartialEq)]
pub struct SupplyLink {
    /// What delivers.
    pub supplier: ProcessId,
    /// What runs on it.
    pub consumer: ProcessId,
    /// Hours of stock between them.
    pub buffer: Hours,
    /// The share of the consumer that stands when the supplier does.
    pub share: Share,
}
