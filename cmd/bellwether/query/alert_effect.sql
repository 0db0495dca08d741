-- What the figure of one alert did after measures were decided.
select
    base_year,
    base_value,
    period_year,
    value,
    change_value,
    movement,
    transform(movement, ['better', 'worse', 'same'], ['好转', '变差', '持平'], '无法判断') as movement_zh,
    movement as movement_en,
    unit_code
from mart_alert_effect
where alert_id = {alert:String}
order by period_year
